"""The portal: pages, an HTTP API and a web service over HTTP, for whoever sends declarations instead of replaying files."""
