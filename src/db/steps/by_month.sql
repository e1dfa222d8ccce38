-- Orders, their lines and their steps become tables parted by month. The tables that are there become
-- the first part of each, as they are: no row is written. {bound} is the first id of the first month;
-- it was checked before, and by a constraint, that no row has it behind it.
DO $do$
DECLARE
    t text;
    part text;
    key text;
    i record;
    f record;
BEGIN
    -- In the order in which orders are written, and all at once: nobody is met half way.
    LOCK TABLE "order", order_item, order_event, conversation IN ACCESS EXCLUSIVE MODE;
    FOREACH t IN ARRAY ARRAY['order', 'order_item', 'order_event'] LOOP
        part := t || '_before';
        key := CASE t WHEN 'order' THEN 'id' ELSE 'order_id' END;
        EXECUTE format('ALTER TABLE %I RENAME TO %I', t, part);
        -- Names of indexes are the whole's, so that later steps find them.
        FOR i IN
            SELECT c.relname::text AS name FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            WHERE x.indrelid = to_regclass(quote_ident(part))
        LOOP
            EXECUTE format('ALTER INDEX %I RENAME TO %I', i.name, part || substr(i.name, length(t) + 1));
        END LOOP;
        EXECUTE format(
            'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE) '
            'PARTITION BY RANGE (%I)', t, part, key);
        -- An index that is unique holds for the whole where it has the month's column; the others of
        -- that kind are each part's own.
        FOR i IN
            SELECT t || substr(c.relname::text, length(part) + 1) AS name,
                pg_get_constraintdef(n.oid) AS promise,
                pg_get_indexdef(x.indexrelid) AS made,
                (SELECT a.attnum FROM pg_attribute a
                 WHERE a.attrelid = x.indrelid AND a.attname = key) = ANY (x.indkey::int2[]) AS has_key
            FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            LEFT JOIN pg_constraint n ON n.conindid = x.indexrelid AND n.contype IN ('p', 'u')
            WHERE x.indrelid = to_regclass(quote_ident(part))
        LOOP
            IF i.promise IS NULL THEN
                EXECUTE format('CREATE INDEX %I ON %I %s', i.name, t,
                    substring(i.made FROM ' (USING .*)$'));
            ELSIF i.has_key THEN
                EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', t, i.name, i.promise);
            END IF;
        END LOOP;
        -- What a row refers to. A line refers to the order of its own part.
        FOR f IN
            SELECT conname AS name, pg_get_constraintdef(oid) AS made FROM pg_constraint
            WHERE contype = 'f' AND conrelid = to_regclass(quote_ident(part))
              AND confrelid <> to_regclass('order_before')
        LOOP
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', t, f.name, f.made);
        END LOOP;
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)',
            t, part, {bound});
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', part, part || '_month');
    END LOOP;
    -- Who refers to an order from elsewhere: checked from now on, and for what there is afterwards.
    FOR f IN
        SELECT n.conname AS name, n.conrelid::regclass AS t, pg_get_constraintdef(n.oid) AS made
        FROM pg_constraint n
        WHERE n.contype = 'f' AND n.confrelid = to_regclass('order_before') AND n.conparentid = 0
          AND n.conrelid NOT IN (to_regclass('order_item_before'), to_regclass('order_event_before'))
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', f.t, f.name);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', f.t, f.name,
            replace(f.made, 'REFERENCES order_before', 'REFERENCES "order"'));
    END LOOP;
END
$do$
