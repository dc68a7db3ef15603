"""The real engines behind the services. They import no service and no moto."""
