"""What an account must hold before the app can be deployed into it: the rights of deployments, made from templates."""
