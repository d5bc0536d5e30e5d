#!/usr/bin/env escript
%%! +P 1000000
%% Erlang/OTP's supervisor: one process that does the tasks it is given and prints a line
%% "metric siblings value" for each figure, "-" where OTP has no such thing, "slow" where it would
%% take minutes. The intensity cannot be switched off; it is set to 10^9 in a second, so the
%% supervisor walks the restarts of the last second at each crash. The logger is off.
%%
%%     escript otp.escript quick|full LIMIT_SECONDS TASK...
-module(otp).
-mode(compile).
-behaviour(supervisor).
-export([main/1, init/1, idle/1, idle_init/2, crashing/3, crashing_init/4, told/1, told_init/2,
         parked/2, parked_init/3, deaf/1, deaf_init/2]).

-define(HANG_MS, 1000).

main([Effort, Limit | Tasks]) ->
    io:format("# otp: Erlang/OTP ~s~n", [erlang:system_info(otp_release)]),
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    %% Nobody has to look after this process: it ends by itself.
    spawn(fun() -> timer:sleep(list_to_integer(Limit) * 1000), halt(3) end),
    [task(Task, Effort =:= "quick") || Task <- Tasks].

task(Task, Quick) ->
    [Name, Size] = string:split(Task, ":"),
    Siblings = list_to_integer(Size),
    measure(Name, Siblings, Quick).

measure("crash_restart", Size, Quick) ->
    Restarts = if Size > 10000 -> 2000; true -> 20000 end,
    line("crash_restart", Size, crash_restart(Size, scaled(Restarts, Quick)));
measure("crash_to_running", Size, Quick) ->
    {P50, P99} = crash_to_running(Size, scaled(2000, Quick)),
    line("crash_to_running_p50_us", Size, P50),
    line("crash_to_running_p99_us", Size, P99);
measure("mass_crash", Size, _) when Size > 10000 -> line("mass_crash", Size, slow);
measure("mass_crash", Size, _) -> line("mass_crash", Size, mass_crash(Size));
measure("start", Size, _) -> line("start", Size, start(Size));
measure("start_from_spec", Size, _) -> line("start_from_spec", Size, start_from_spec(Size));
measure("terminate_delete", Size, Quick) ->
    line("terminate_delete", Size, terminate_delete(Size, scaled(5000, Quick)));
measure("bytes_per_child", Size, _) -> line("bytes_per_child", Size, bytes_per_child(Size));
measure("one_for_all", Size, _) -> line("one_for_all_ms", Size, one_for_all(Size));
measure("stop", Size, _) -> line("stop_ms", Size, stop(Size));
measure("query", Size, _) -> line("query_p99_ms", Size, query_while_a_stop_hangs(Size));
measure(Other, Size, _) -> line(Other, Size, none).

line(Name, Size, none) -> io:format("~s ~b -~n", [Name, Size]);
line(Name, Size, slow) -> io:format("~s ~b slow~n", [Name, Size]);
line(Name, Size, Value) -> io:format("~s ~b ~.6f~n", [Name, Size, float(Value)]).

scaled(Full, true) -> Full div 10;
scaled(Full, false) -> Full.

now_ns() -> erlang:monotonic_time(nanosecond).

%% ---------------------------------------------------------------- supervisor and children

init({Strategy, Children}) ->
    {ok, {#{strategy => Strategy, intensity => 1000000000, period => 1}, Children}}.

sup(Strategy, Children) ->
    {ok, Sup} = supervisor:start_link(?MODULE, {Strategy, Children}),
    Sup.

spec(Id, Function, Args) -> #{id => Id, start => {?MODULE, Function, Args}}.

idle_specs(Count) -> [spec(Id, idle, [none]) || Id <- lists:seq(0, Count - 1)].

with(Children, Work) ->
    Sup = sup(one_for_one, Children),
    Result = Work(Sup),
    stop_sup(Sup),
    Result.

stop_sup(Sup) ->
    exit(Sup, shutdown),
    receive {'EXIT', Sup, _} -> ok end.

idle(Report) -> proc_lib:start_link(?MODULE, idle_init, [self(), Report]).

idle_init(Parent, Report) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    case Report of
        none -> ok;
        {Count, All, Driver} ->
            case atomics:add_get(Count, 1, 1) of
                All -> Driver ! all_up;
                _ -> ok
            end
    end,
    park().

park() -> receive stop -> ok end.

%% ---------------------------------------------------------------- crash_restart

%% A supervisor searches its children for the one that failed, so it matters where that one lies.
%% Here and below ten children take turns, or the figure would be that of one lucky place.
-define(PLACES, 10).

crash_restart(Size, Restarts) ->
    with(idle_specs(Size), fun(Sup) ->
        Begin = now_ns(),
        [begin
             Args = [counters:new(1, []), Restarts div ?PLACES, self()],
             {ok, _} = supervisor:start_child(Sup, spec({crashing, I}, crashing, Args)),
             receive crashed_enough -> ok end
         end || I <- lists:seq(1, ?PLACES)],
        Restarts * 1.0e9 / (now_ns() - Begin)
    end).

crashing(Runs, Restarts, Driver) ->
    proc_lib:start_link(?MODULE, crashing_init, [self(), Runs, Restarts, Driver]).

crashing_init(Parent, Runs, Restarts, Driver) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    counters:add(Runs, 1, 1),
    case counters:get(Runs, 1) of
        Run when Run =< Restarts -> exit(crash);
        _ -> Driver ! crashed_enough, park()
    end.

%% ---------------------------------------------------------------- crash_to_running

crash_to_running(Size, Crashes) ->
    with(idle_specs(Size), fun(Sup) ->
        Nanos = lists:append([begin
            {ok, Child} = supervisor:start_child(Sup, spec({told, I}, told, [self()])),
            receive {runs, Child} -> crashes(Crashes div ?PLACES, Child) end
        end || I <- lists:seq(1, ?PLACES)]),
        Sorted = lists:sort(Nanos),
        {lists:nth(Crashes div 2, Sorted) / 1000, lists:nth(Crashes * 99 div 100, Sorted) / 1000}
    end).

crashes(0, _) -> [];
crashes(Left, Child) ->
    Begin = now_ns(),
    Child ! crash,
    receive
        {runs, Next} ->
            Nanos = now_ns() - Begin,
            [Nanos | crashes(Left - 1, Next)]
    end.

told(Driver) -> proc_lib:start_link(?MODULE, told_init, [self(), Driver]).

told_init(Parent, Driver) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    Driver ! {runs, self()},
    receive crash -> exit(crash) end.

%% ---------------------------------------------------------------- mass_crash

mass_crash(Size) ->
    Seen = counters:new(Size, []),
    Driver = self(),
    Children = [spec(Id, parked, [{Seen, Id + 1}, Driver]) || Id <- lists:seq(0, Size - 1)],
    with(Children, fun(_) ->
        Parked = [receive {first, Pid} -> Pid end || _ <- Children],
        Begin = now_ns(),
        [Pid ! crash || Pid <- Parked],
        [receive again -> ok end || _ <- Children],
        Size * 1.0e9 / (now_ns() - Begin)
    end).

parked(Seen, Driver) -> proc_lib:start_link(?MODULE, parked_init, [self(), Seen, Driver]).

parked_init(Parent, {Seen, Index}, Driver) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    case counters:get(Seen, Index) of
        0 ->
            counters:put(Seen, Index, 1),
            Driver ! {first, self()},
            receive crash -> exit(crash) end;
        1 ->
            Driver ! again,
            park()
    end.

%% ---------------------------------------------------------------- start, stop, terminate

start(Size) ->
    with([], fun(Sup) ->
        Report = {atomics:new(1, []), Size, self()},
        Begin = now_ns(),
        [{ok, _} = supervisor:start_child(Sup, spec(Id, idle, [Report]))
         || Id <- lists:seq(0, Size - 1)],
        receive all_up -> ok end,
        Size * 1.0e9 / (now_ns() - Begin)
    end).

start_from_spec(Size) ->
    Report = {atomics:new(1, []), Size, self()},
    Children = [spec(Id, idle, [Report]) || Id <- lists:seq(0, Size - 1)],
    Begin = now_ns(),
    Sup = sup(one_for_one, Children),
    receive all_up -> ok end,
    Rate = Size * 1.0e9 / (now_ns() - Begin),
    stop_sup(Sup),
    Rate.

stop(Size) ->
    Sup = sup(one_for_one, idle_specs(Size)),
    Begin = now_ns(),
    stop_sup(Sup),
    (now_ns() - Begin) / 1.0e6.

terminate_delete(Size, Count) ->
    Chunk = max(1, min(Size div 2, min(1000, Count))),
    with(idle_specs(Size), fun(Sup) ->
        Rounds = (Count + Chunk - 1) div Chunk,
        Nanos = [end_and_replace(Sup, Size, Round * Chunk, Chunk)
                 || Round <- lists:seq(0, Rounds - 1)],
        Rounds * Chunk * 1.0e9 / lists:sum(Nanos)
    end).

%% Children all over the tree; only their ending is timed.
end_and_replace(Sup, Size, From, Chunk) ->
    Ids = [I * 7919 rem Size || I <- lists:seq(From, From + Chunk - 1)],
    Begin = now_ns(),
    [begin
         ok = supervisor:terminate_child(Sup, Id),
         ok = supervisor:delete_child(Sup, Id)
     end || Id <- Ids],
    Nanos = now_ns() - Begin,
    [{ok, _} = supervisor:start_child(Sup, spec(Id, idle, [none])) || Id <- Ids],
    Nanos.

%% ---------------------------------------------------------------- memory, groups, queries

bytes_per_child(Size) ->
    Before = memory(),
    with(idle_specs(Size), fun(_) -> (memory() - Before) / Size end).

memory() ->
    [erlang:garbage_collect(Pid) || Pid <- erlang:processes()],
    erlang:memory(total).

one_for_all(Size) ->
    Driver = self(),
    Children = [spec(first, told, [Driver])] ++ idle_specs(Size - 2)
        ++ [spec(last, told, [Driver])],
    Sup = sup(one_for_all, Children),
    First = receive {runs, One} -> One end,
    receive {runs, _} -> ok end,
    Begin = now_ns(),
    First ! crash,
    receive {runs, _} -> ok end,
    receive {runs, _} -> ok end,
    Nanos = now_ns() - Begin,
    stop_sup(Sup),
    Nanos / 1.0e6.

%% The supervisor waits for the child it stops, and lists nobody meanwhile: there is one query that
%% began while the stop hung, and it takes as long as the hang.
query_while_a_stop_hangs(Size) ->
    Deaf = maps:put(shutdown, ?HANG_MS, spec(deaf, deaf, [self()])),
    with(idle_specs(Size - 1) ++ [Deaf], fun(Sup) ->
        spawn(fun() -> supervisor:terminate_child(Sup, deaf) end),
        receive asked_to_stop -> ok end,
        Begin = now_ns(),
        Size = length(supervisor:which_children(Sup)),
        (now_ns() - Begin) / 1.0e6
    end).

deaf(Driver) -> proc_lib:start_link(?MODULE, deaf_init, [self(), Driver]).

deaf_init(Parent, Driver) ->
    process_flag(trap_exit, true),
    proc_lib:init_ack(Parent, {ok, self()}),
    receive {'EXIT', _, _} -> Driver ! asked_to_stop end,
    park().
