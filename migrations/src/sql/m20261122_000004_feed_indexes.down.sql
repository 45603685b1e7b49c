DROP INDEX signals_parent;
DROP INDEX signals_facets;
DROP INDEX signals_open;
