"""What Alembic runs for every schema: on the connection it was handed, inside the transaction already open there."""

from alembic import context

from shared.database.schema_version import VERSION_TABLE

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table=VERSION_TABLE,
    version_table_schema=context.config.attributes["schema"],
)
with context.begin_transaction():
    context.run_migrations()
