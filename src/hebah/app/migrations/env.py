"""What Alembic runs for every command: it migrates over the connection that the runner hands it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True)

with context.begin_transaction():
    context.run_migrations()
