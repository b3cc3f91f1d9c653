"""Static files in the bucket behind a distribution: the construct, and the function that puts them there."""

from constructs_lib.site_deployment.construct import SiteDeployment

__all__ = ["SiteDeployment"]
