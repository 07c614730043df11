from harness_service import loaded, service

__all__ = ["loaded", "service"]
