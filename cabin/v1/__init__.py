"""The gRPC contract in Python: the build generates `cabin.v1` from proto/ into this package."""
