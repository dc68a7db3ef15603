# The catalog, its crawler, and who may see what of it.

data "aws_caller_identity" "me" {}

resource "aws_s3_bucket" "this" {
  bucket        = "tf-lake-123456789012"
  force_destroy = true
}

resource "aws_iam_role" "this" {
  for_each = { crawler = "glue", location = "lakeformation", analyst = "ec2", steward = "ec2" }
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

resource "aws_glue_catalog_database" "this" {
  name         = "tf_analytics"
  description  = var.changed ? "Two" : "One"
  location_uri = "s3://${aws_s3_bucket.this.bucket}/raw/"
}

resource "aws_glue_catalog_table" "this" {
  database_name = aws_glue_catalog_database.this.name
  name          = "orders"
  description   = var.changed ? "Two" : "One"
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "parquet" }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.this.bucket}/raw/public/orders/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    columns {
      name = "order_id"
      type = "bigint"
    }
    columns {
      name = "user_id"
      type = "bigint"
    }
    columns {
      name    = "total_amount"
      type    = var.changed ? "decimal(14,2)" : "decimal(12,2)"
      comment = "With tax"
    }
  }

  partition_keys {
    name = "day"
    type = "string"
  }
}

resource "aws_glue_crawler" "this" {
  name          = "tf-crawler"
  role          = aws_iam_role.this["crawler"].arn
  database_name = aws_glue_catalog_database.this.name
  schedule      = var.changed ? "cron(30 * * * ? *)" : "cron(0 * * * ? *)"
  table_prefix  = "landed_"
  configuration = jsonencode({ Version = 1, Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas" } })

  s3_target {
    path       = "s3://${aws_s3_bucket.this.bucket}/raw/"
    exclusions = var.changed ? ["**.tmp", "**.json"] : ["**.tmp"]
  }

  schema_change_policy {
    update_behavior = "UPDATE_IN_DATABASE"
    delete_behavior = var.changed ? "DEPRECATE_IN_DATABASE" : "LOG"
  }

  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }
}

resource "aws_lakeformation_data_lake_settings" "this" {
  admins = var.changed ? [
    data.aws_caller_identity.me.arn, aws_iam_role.this["steward"].arn
  ] : [data.aws_caller_identity.me.arn]
}

resource "aws_lakeformation_resource" "this" {
  arn      = aws_s3_bucket.this.arn
  role_arn = aws_iam_role.this["location"].arn
}

resource "aws_lakeformation_permissions" "location" {
  principal   = aws_iam_role.this["crawler"].arn
  permissions = ["DATA_LOCATION_ACCESS"]
  data_location {
    arn = aws_lakeformation_resource.this.arn
  }
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_lakeformation_permissions" "database" {
  principal   = aws_iam_role.this["crawler"].arn
  permissions = var.changed ? ["CREATE_TABLE", "DESCRIBE"] : ["ALTER", "CREATE_TABLE", "DESCRIBE"]
  database {
    name = aws_glue_catalog_database.this.name
  }
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_lakeformation_permissions" "table" {
  principal   = aws_iam_role.this["crawler"].arn
  permissions = ["ALTER", "DESCRIBE", "INSERT"]
  table {
    database_name = aws_glue_catalog_database.this.name
    name          = aws_glue_catalog_table.this.name
  }
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_lakeformation_permissions" "columns" {
  principal   = aws_iam_role.this["analyst"].arn
  permissions = ["SELECT"]
  table_with_columns {
    database_name = aws_glue_catalog_database.this.name
    name          = aws_glue_catalog_table.this.name
    column_names  = var.changed ? ["order_id", "total_amount"] : ["order_id", "user_id", "total_amount"]
  }
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_lakeformation_permissions" "wildcard" {
  principal   = aws_iam_role.this["location"].arn
  permissions = ["SELECT"]
  table_with_columns {
    database_name         = aws_glue_catalog_database.this.name
    name                  = aws_glue_catalog_table.this.name
    wildcard              = true
    excluded_column_names = ["user_id"]
  }
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_lakeformation_lf_tag" "this" {
  key        = "domain"
  values     = var.changed ? ["sales", "stock"] : ["sales"]
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_lakeformation_resource_lf_tags" "this" {
  database {
    name = aws_glue_catalog_database.this.name
  }
  lf_tag {
    key   = aws_lakeformation_lf_tag.this.key
    value = "sales"
  }
}

resource "aws_lakeformation_permissions" "tag" {
  principal   = aws_iam_role.this["analyst"].arn
  permissions = ["DESCRIBE"]
  lf_tag_policy {
    resource_type = "DATABASE"
    expression {
      key    = aws_lakeformation_lf_tag.this.key
      values = ["sales"]
    }
  }
}

resource "aws_lakeformation_data_cells_filter" "this" {
  table_data {
    database_name    = aws_glue_catalog_database.this.name
    name             = "large"
    table_catalog_id = data.aws_caller_identity.me.account_id
    table_name       = aws_glue_catalog_table.this.name
    column_names     = ["order_id", "total_amount"]
    row_filter {
      filter_expression = var.changed ? "order_id > 200" : "order_id > 100"
    }
  }
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

resource "aws_athena_workgroup" "this" {
  name          = "tf-readers"
  description   = var.changed ? "Two" : "One"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration = true
    bytes_scanned_cutoff_per_query  = var.changed ? 20971520 : 10485760
    result_configuration {
      output_location = "s3://${aws_s3_bucket.this.bucket}/athena/"
    }
  }
}
