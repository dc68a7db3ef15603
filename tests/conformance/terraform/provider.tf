terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6"
    }
  }
}

# where it finds the sandbox, and as whom it comes, stands in the environment
provider "aws" {
  region                 = "us-east-1"
  s3_use_path_style      = true
  skip_region_validation = true
  default_tags {
    tags = { team = "data" }
  }
}

# what the second apply changes
variable "changed" {
  type    = bool
  default = false
}
