"""What the application keeps, the same in every environment."""

from config.sections.data import Attribute, Bucket, Data, Table

DATA = Data(
    tables=(
        Table(
            id="Todos",
            partition_key=Attribute(name="pk"),
            sort_key=Attribute(name="sk"),
            ttl_attribute="expires_at",
        ),
    ),
    buckets=(Bucket(id="Attachments"),),
)
