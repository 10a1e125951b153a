-- 0003 messages: everything a message can say, who is who by phone and LID, and packets of older messages.
select 1;
