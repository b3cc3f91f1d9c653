"""ElastiCache: serverless caches."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles

_NOWHERE = {"Address": "localhost", "Port": 6379}


@handles("AWS::ElastiCache::ServerlessCache")
class ServerlessCache(Handler):
    """A serverless cache."""

    def create(self, declared: Declared) -> Provisioned:
        name = declared.name("ServerlessCacheName", longest=40)
        made = call("elasticache", "create_serverless_cache", declared.properties, ServerlessCacheName=name)
        return name, self._attributes(made["ServerlessCache"])

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        made = call("elasticache", "modify_serverless_cache", declared.properties, ServerlessCacheName=physical_id)
        return physical_id, self._attributes(made["ServerlessCache"])

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("elasticache", "delete_serverless_cache", ServerlessCacheName=physical_id)

    @staticmethod
    def _attributes(cache: Properties) -> dict[str, str]:
        writer = cache.get("Endpoint") or _NOWHERE
        reader = cache.get("ReaderEndpoint") or writer
        return {
            "ARN": cache["ARN"],
            "Status": cache["Status"],
            "CreateTime": str(cache.get("CreateTime", "")),
            "FullEngineVersion": cache.get("FullEngineVersion", ""),
            "Endpoint.Address": writer["Address"],
            "Endpoint.Port": str(writer["Port"]),
            "ReaderEndpoint.Address": reader["Address"],
            "ReaderEndpoint.Port": str(reader["Port"]),
        }
