-- For how long things are kept is what a workspace chose by a command, as its other settings. It stood in JSON, which the two
-- dialects read in no common way: so each number of days is tried.
insert into setting (name, value)
with recursive number (days) as (select 7 union all select days + 1 from number where days < 3650)
select kept.name, cast(number.days as text)
from workspace
join (
    select 'sent_letters' as word, 'keep sent letters' as name
    union all select 'chat_messages', 'keep chat messages'
    union all select 'parked_mail', 'keep parked mail'
    union all select 'envelopes', 'keep envelopes'
    union all select 'journal_changes', 'keep journal changes'
) as kept on workspace.settings like '%"retention"%"' || kept.word || '":%'
join number on workspace.settings like '%"' || kept.word || '":' || cast(number.days as text) || ',%'
    or workspace.settings like '%"' || kept.word || '":' || cast(number.days as text) || '}%';
