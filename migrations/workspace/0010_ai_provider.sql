-- The workspace's own AI provider, one at most. sealed: its key, under the instance key; absent where a server wants none.

create table ai_provider (
    id bigint primary key,
    base_url text not null,
    sealed text,
    speech_model text not null,
    set_at bigint not null
);
