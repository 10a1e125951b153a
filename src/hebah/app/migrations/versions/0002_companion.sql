-- 0002 companion: sessions of linked devices. Only the companion reads and writes here.
create schema companion;
