"""EC2 is moto's, but for VPC endpoints, which moto neither checks nor changes in full, and for
what stays as long as it is used.
"""

from sandbox.services.ec2 import dependencies, endpoints

__all__ = ["dependencies", "endpoints"]
