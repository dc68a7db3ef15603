# Redshift Serverless, what loads it, and what starts the load.

resource "aws_vpc" "this" {
  cidr_block = "10.42.0.0/16"
}

resource "aws_subnet" "this" {
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = "us-east-1${["a", "b", "c"][count.index]}"
}

resource "aws_security_group" "this" {
  name        = "tf-redshift"
  description = "Redshift from inside"
  vpc_id      = aws_vpc.this.id
}

resource "aws_iam_role" "this" {
  for_each = { copy = "redshift", load = "states", start = "scheduler" }
  name     = "tf-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "${each.value}.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "load" {
  role       = aws_iam_role.this["load"].name
  policy_arn = "arn:aws:iam::aws:policy/AmazonRedshiftDataFullAccess"
}

resource "aws_redshiftserverless_namespace" "this" {
  namespace_name        = "tf-warehouse"
  db_name               = "analytics"
  manage_admin_password = true
  default_iam_role_arn  = aws_iam_role.this["copy"].arn
  iam_roles             = [aws_iam_role.this["copy"].arn]
  log_exports           = var.changed ? ["connectionlog", "userlog"] : ["userlog"]
}

resource "aws_redshiftserverless_workgroup" "this" {
  workgroup_name       = "tf-warehouse"
  namespace_name       = aws_redshiftserverless_namespace.this.namespace_name
  base_capacity        = var.changed ? 16 : 8
  max_capacity         = var.changed ? 64 : 32
  enhanced_vpc_routing = var.changed
  publicly_accessible  = false
  subnet_ids           = aws_subnet.this[*].id
  security_group_ids   = [aws_security_group.this.id]

  # the service tells all of them, so a plan is empty only where all of them are listed
  dynamic "config_parameter" {
    for_each = {
      auto_mv                          = "true"
      datestyle                        = "ISO, MDY"
      enable_case_sensitive_identifier = "false"
      enable_user_activity_logging     = "true"
      max_query_execution_time         = var.changed ? "3600" : "14400"
      query_group                      = "default"
      require_ssl                      = "true"
      search_path                      = "$user, public"
      use_fips_ssl                     = "false"
    }
    content {
      parameter_key   = config_parameter.key
      parameter_value = config_parameter.value
    }
  }
}

resource "aws_redshiftserverless_usage_limit" "this" {
  resource_arn  = aws_redshiftserverless_workgroup.this.arn
  usage_type    = "serverless-compute"
  period        = "daily"
  amount        = var.changed ? 20 : 10
  breach_action = "emit-metric"
}

resource "aws_redshiftdata_statement" "this" {
  workgroup_name = aws_redshiftserverless_workgroup.this.workgroup_name
  database       = "analytics"
  secret_arn     = aws_redshiftserverless_namespace.this.admin_password_secret_arn
  sql            = "CREATE TABLE public.orders (order_id BIGINT, total_amount NUMERIC(12,2))"
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/aws/vendedlogs/states/tf-load"
}

resource "aws_sfn_state_machine" "this" {
  name     = "tf-load"
  role_arn = aws_iam_role.this["load"].arn
  publish  = true

  definition = jsonencode({
    QueryLanguage = "JSONata"
    StartAt       = "Copy"
    States = {
      Copy = {
        Type     = "Task"
        Resource = "arn:aws:states:::aws-sdk:redshiftdata:executeStatement"
        Arguments = {
          WorkgroupName = aws_redshiftserverless_workgroup.this.workgroup_name
          Database      = "analytics"
          Sql           = var.changed ? "SELECT 2" : "SELECT 1"
        }
        End = true
      }
    }
  })

  logging_configuration {
    level                  = var.changed ? "ALL" : "ERROR"
    include_execution_data = var.changed
    log_destination        = "${aws_cloudwatch_log_group.this.arn}:*"
  }
  tracing_configuration {
    enabled = var.changed
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = "tf-loads"
}

resource "aws_scheduler_schedule" "this" {
  name                         = "tf-load"
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = var.changed ? "Two" : "One"
  schedule_expression          = var.changed ? "rate(10 minutes)" : "rate(5 minutes)"
  schedule_expression_timezone = "Europe/Berlin"
  state                        = var.changed ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.this.arn
    role_arn = aws_iam_role.this["start"].arn
    input    = jsonencode({ tables = ["orders"] })
    retry_policy {
      maximum_retry_attempts       = var.changed ? 3 : 0
      maximum_event_age_in_seconds = 300
    }
  }
}
