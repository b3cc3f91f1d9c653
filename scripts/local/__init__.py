"""What `up` is made of: the CDK CLI in an environment of its own, live progress, the closing report."""
