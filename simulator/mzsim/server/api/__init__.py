"""The HTTP API: the resources of the portal as JSON and bytes, at the URLs of the pages."""
