"""What the application keeps, the same in every environment but for its size."""

from config.sections.caches import Cache
from config.sections.data import Attribute, Bucket, Data, Table
from config.sections.databases import Database
from config.sections.identity import UserPool

TODOS = Table(
    id="Todos",
    partition_key=Attribute(name="pk"),
    sort_key=Attribute(name="sk"),
    ttl_attribute="expires_at",
    max_reads_per_second=5_000,
    max_writes_per_second=3_000,
)
"""The maxima are what prod's largest burst of requests needs, three writes each: beyond, something runs wild."""

ATTACHMENTS = Bucket(id="Attachments")

DATA = Data(
    tables=(TODOS,),
    buckets=(ATTACHMENTS,),
    users=UserPool(self_sign_up=True),
)

DATABASE = Database(id="Main", version="17.9")
"""How large it is, and how much it keeps, is each environment's own."""

CACHE = Cache(id="Cache")
"""Serverless, unless an environment says otherwise."""
