-- The roles and the database of rights-academy. Once, as a superuser, with psql 14 or later:
--
--   OWNER_PASSWORD=… SERVICE_PASSWORD=… psql -X -f docs/deploy/postgresql-roles.sql postgres
--
-- The owner migrates: the tables are its own. The service reads and writes rows, and can change no table; it is neither
-- a superuser nor exempt from row security, and `rights-academy serve` refuses to start as one that is.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD

CREATE ROLE rights_academy_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE rights_academy LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'service_password';

CREATE DATABASE rights_academy OWNER rights_academy_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE rights_academy FROM PUBLIC;
GRANT CONNECT ON DATABASE rights_academy TO rights_academy;

\connect rights_academy
ALTER SCHEMA public OWNER TO rights_academy_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO rights_academy;
-- What the owner will make is the service's to use.
ALTER DEFAULT PRIVILEGES FOR ROLE rights_academy_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rights_academy;
ALTER DEFAULT PRIVILEGES FOR ROLE rights_academy_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO rights_academy;
