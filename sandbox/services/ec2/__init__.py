"""EC2 is moto's, but for VPC endpoints, which moto neither checks nor changes in full, for what
stays as long as it is used, and for the tags of what is gone.
"""

from sandbox.services.ec2 import dependencies, endpoints, permissions, tags

__all__ = ["dependencies", "endpoints", "permissions", "tags"]
