"""What lies behind a URI: the local file system, HDFS, S3.  Opened by corpus.storage alone."""
