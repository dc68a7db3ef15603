# The operational database, and what moves it into the landing zone.

resource "aws_vpc" "this" {
  cidr_block = "10.41.0.0/16"
}

resource "aws_subnet" "this" {
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = "us-east-1${["a", "b", "c"][count.index]}"
}

resource "aws_security_group" "this" {
  name        = "tf-source"
  description = "PostgreSQL from inside"
  vpc_id      = aws_vpc.this.id
}

resource "aws_db_subnet_group" "this" {
  name        = "tf-source"
  description = var.changed ? "Two zones" : "Three zones"
  subnet_ids  = var.changed ? slice(aws_subnet.this[*].id, 0, 2) : aws_subnet.this[*].id
}

resource "aws_db_parameter_group" "this" {
  name        = "tf-source"
  family      = "postgres17"
  description = "Logical replication"

  parameter {
    name         = "rds.logical_replication"
    value        = "1"
    apply_method = "pending-reboot"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = var.changed ? "2000" : "1000"
  }
}

resource "aws_db_instance" "this" {
  identifier              = "tf-source"
  engine                  = "postgres"
  engine_version          = "17"
  instance_class          = "db.t4g.micro"
  allocated_storage       = var.changed ? 30 : 20
  storage_type            = "gp3"
  storage_encrypted       = true
  db_name                 = "shop"
  username                = "shop"
  password                = var.changed ? "another-password" : "some-password"
  db_subnet_group_name    = aws_db_subnet_group.this.name
  parameter_group_name    = aws_db_parameter_group.this.name
  vpc_security_group_ids  = [aws_security_group.this.id]
  backup_retention_period = var.changed ? 7 : 1
  apply_immediately       = true
  skip_final_snapshot     = true
  copy_tags_to_snapshot   = true
}

data "aws_iam_policy_document" "dms" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["dms.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "vpc" {
  name               = "dms-vpc-role"
  assume_role_policy = data.aws_iam_policy_document.dms.json
}

resource "aws_iam_role_policy_attachment" "vpc" {
  role       = aws_iam_role.vpc.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"
}

resource "aws_iam_role" "logs" {
  name               = "dms-cloudwatch-logs-role"
  assume_role_policy = data.aws_iam_policy_document.dms.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.logs.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonDMSCloudWatchLogsRole"
}

resource "aws_iam_role" "files" {
  name               = "tf-dms-files"
  assume_role_policy = data.aws_iam_policy_document.dms.json
}

resource "aws_iam_role_policy" "files" {
  name = "write"
  role = aws_iam_role.files.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging"], Resource = "${aws_s3_bucket.this.arn}/*" },
      { Effect = "Allow", Action = ["s3:ListBucket", "s3:GetBucketLocation"], Resource = aws_s3_bucket.this.arn },
    ]
  })
}

resource "aws_s3_bucket" "this" {
  bucket        = "tf-landing-dms-123456789012"
  force_destroy = true
}

resource "aws_dms_replication_subnet_group" "this" {
  replication_subnet_group_id          = "tf-subnets"
  replication_subnet_group_description = var.changed ? "Two zones" : "Three zones"
  subnet_ids                           = var.changed ? slice(aws_subnet.this[*].id, 0, 2) : aws_subnet.this[*].id
  depends_on                           = [aws_iam_role_policy_attachment.vpc]
}

resource "aws_dms_replication_instance" "this" {
  replication_instance_id     = "tf-instance"
  replication_instance_class  = var.changed ? "dms.t3.medium" : "dms.t3.small"
  allocated_storage           = 50
  multi_az                    = false
  publicly_accessible         = false
  apply_immediately           = true
  auto_minor_version_upgrade  = false
  availability_zone           = aws_subnet.this[0].availability_zone # its subnet stays in the group
  replication_subnet_group_id = aws_dms_replication_subnet_group.this.id
  vpc_security_group_ids      = [aws_security_group.this.id]
}

resource "aws_dms_endpoint" "source" {
  endpoint_id   = "tf-source"
  endpoint_type = "source"
  engine_name   = "postgres"
  server_name   = aws_db_instance.this.address
  port          = aws_db_instance.this.port
  database_name = "shop"
  username      = "shop"
  password      = var.changed ? "another-password" : "some-password"
  ssl_mode      = "require"

  # a change in here alone is not sent by version 5 of the provider (issue 35834 of it)
  postgres_settings {
    plugin_name      = "pglogical"
    heartbeat_enable = true
  }
}

resource "aws_dms_s3_endpoint" "target" {
  endpoint_id              = "tf-files"
  endpoint_type            = "target"
  bucket_name              = aws_s3_bucket.this.bucket
  bucket_folder            = "raw"
  service_access_role_arn  = aws_iam_role.files.arn
  data_format              = "parquet"
  parquet_version          = "parquet-2-0"
  compression_type         = "GZIP"
  include_op_for_full_load = true
  timestamp_column_name    = "dms_ts"
  cdc_max_batch_interval   = var.changed ? 120 : 60
}

resource "aws_dms_replication_task" "this" {
  replication_task_id      = "tf-task"
  replication_instance_arn = aws_dms_replication_instance.this.replication_instance_arn
  source_endpoint_arn      = aws_dms_endpoint.source.endpoint_arn
  target_endpoint_arn      = aws_dms_s3_endpoint.target.endpoint_arn
  migration_type           = "full-load-and-cdc"
  depends_on               = [aws_iam_role_policy_attachment.logs]
  table_mappings = jsonencode({
    rules = [{
      rule-type      = "selection"
      rule-id        = "1"
      rule-name      = "orders"
      object-locator = { schema-name = "public", table-name = var.changed ? "%" : "orders" }
      rule-action    = "include"
    }]
  })
  replication_task_settings = jsonencode({
    Logging          = { EnableLogging = true }
    FullLoadSettings = { MaxFullLoadSubTasks = var.changed ? 4 : 8 }
  })
}

resource "aws_dms_replication_config" "this" {
  replication_config_identifier = "tf-serverless"
  replication_type              = "full-load-and-cdc"
  source_endpoint_arn           = aws_dms_endpoint.source.endpoint_arn
  target_endpoint_arn           = aws_dms_s3_endpoint.target.endpoint_arn
  table_mappings                = aws_dms_replication_task.this.table_mappings
  start_replication             = false

  compute_config {
    replication_subnet_group_id  = aws_dms_replication_subnet_group.this.id
    vpc_security_group_ids       = [aws_security_group.this.id]
    min_capacity_units           = 1
    max_capacity_units           = var.changed ? 8 : 4
    preferred_maintenance_window = "sun:23:45-mon:00:30"
  }
}
