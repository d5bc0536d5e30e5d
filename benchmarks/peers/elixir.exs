# Elixir's DynamicSupervisor: one process that does the tasks it is given and prints a line
# "metric siblings value" for each figure, "-" where it has no such thing, "slow" where it would take
# minutes. The intensity cannot be switched off; it is set to 10^9 in a second. The logger is off.
#
#     elixir --erl "+P 1000000" elixir.exs quick|full LIMIT_SECONDS TASK...
defmodule Child do
  def spec(function, args) do
    %{id: :child, start: {__MODULE__, function, args}, restart: :permanent, shutdown: 5000}
  end

  def idle(report), do: :proc_lib.start_link(__MODULE__, :idle_init, [self(), report])

  def idle_init(parent, report) do
    :proc_lib.init_ack(parent, {:ok, self()})
    with {count, all, driver} <- report do
      if :atomics.add_get(count, 1, 1) == all, do: send(driver, :all_up)
    end

    park()
  end

  def crashing(runs, restarts, driver) do
    :proc_lib.start_link(__MODULE__, :crashing_init, [self(), runs, restarts, driver])
  end

  def crashing_init(parent, runs, restarts, driver) do
    :proc_lib.init_ack(parent, {:ok, self()})
    :counters.add(runs, 1, 1)
    if :counters.get(runs, 1) <= restarts, do: exit(:crash)
    send(driver, :crashed_enough)
    park()
  end

  def told(driver), do: :proc_lib.start_link(__MODULE__, :told_init, [self(), driver])

  def told_init(parent, driver) do
    :proc_lib.init_ack(parent, {:ok, self()})
    send(driver, {:runs, self()})

    receive do
      :crash -> exit(:crash)
    end
  end

  def deaf(driver), do: :proc_lib.start_link(__MODULE__, :deaf_init, [self(), driver])

  def deaf_init(parent, driver) do
    Process.flag(:trap_exit, true)
    :proc_lib.init_ack(parent, {:ok, self()})

    receive do
      {:EXIT, _, _} -> send(driver, :asked_to_stop)
    end

    park()
  end

  defp park do
    receive do
      :stop -> :ok
    end
  end
end

defmodule Peer do
  @hang_ms 1_000
  @stop_limit_ms 20_000

  def main([effort, limit | tasks]) do
    IO.puts("# elixir: Elixir #{System.version()}, OTP #{System.otp_release()}")
    :logger.set_primary_config(:level, :none)
    Process.flag(:trap_exit, true)
    # Nobody has to look after this process: it ends by itself.
    spawn(fn ->
      Process.sleep(String.to_integer(limit) * 1000)
      System.halt(3)
    end)

    for task <- tasks do
      [metric, size] = String.split(task, ":")
      measure(metric, String.to_integer(size), if(effort == "quick", do: 10, else: 1))
    end
  end

  defp measure("crash_restart", size, less),
    do: line("crash_restart", size, crash_restart(size, div(20_000, less)))

  defp measure("crash_to_running", size, less) do
    {p50, p99} = crash_to_running(size, div(2_000, less))
    line("crash_to_running_p50_us", size, p50)
    line("crash_to_running_p99_us", size, p99)
  end

  defp measure("mass_crash", size, _) when size > 10_000, do: line("mass_crash", size, :slow)
  defp measure("mass_crash", size, _), do: line("mass_crash", size, mass_crash(size))
  defp measure("start", size, _), do: line("start", size, start(size))

  defp measure("terminate_delete", size, less),
    do: line("terminate_delete", size, terminate(size, div(5_000, less)))

  defp measure("bytes_per_child", size, _),
    do: line("bytes_per_child", size, bytes_per_child(size))

  defp measure("stop", size, less), do: line("stop_ms", size, stop(size, div(@stop_limit_ms, less)))
  defp measure("query", size, _), do: line("query_p99_ms", size, query_while_a_stop_hangs(size))
  defp measure("one_for_all", size, _), do: IO.puts("one_for_all_ms #{size} -")
  defp measure(other, size, _), do: IO.puts("#{other} #{size} -")

  defp line(metric, size, :slow), do: IO.puts("#{metric} #{size} slow")

  defp line(metric, size, value),
    do: IO.puts("#{metric} #{size} #{:erlang.float_to_binary(value * 1.0, decimals: 6)}")

  defp now, do: System.monotonic_time(:nanosecond)
  defp per_second(count, begin), do: count * 1.0e9 / (now() - begin)

  # A supervisor with so many idle children, and what is to be done with it and their pids.
  defp with_idle(count, work) do
    {:ok, sup} =
      DynamicSupervisor.start_link(
        strategy: :one_for_one,
        max_restarts: 1_000_000_000,
        max_seconds: 1
      )

    pids = for _ <- 1..count//1, do: add(sup, :idle, [:none])
    result = work.(sup, pids)
    kill(sup)
    result
  end

  # An orderly stop is a metric of its own, and takes a minute for 100,000 children.
  defp kill(sup) do
    Process.exit(sup, :kill)
    await_few_processes()
  end

  defp await_few_processes do
    if :erlang.system_info(:process_count) > 1_000 do
      Process.sleep(10)
      await_few_processes()
    end
  end

  defp add(sup, function, args) do
    {:ok, pid} = DynamicSupervisor.start_child(sup, Child.spec(function, args))
    pid
  end

  defp crash_restart(size, restarts) do
    with_idle(size, fn sup, _ ->
      begin = now()
      add(sup, :crashing, [:counters.new(1, []), restarts, self()])

      receive do
        :crashed_enough -> :ok
      end

      per_second(restarts, begin)
    end)
  end

  defp crash_to_running(size, crashes) do
    with_idle(size, fn sup, _ ->
      add(sup, :told, [self()])

      first =
        receive do
          {:runs, pid} -> pid
        end

      sorted = Enum.sort(crashes(crashes, first))
      {Enum.at(sorted, div(crashes, 2)) / 1000, Enum.at(sorted, div(crashes * 99, 100)) / 1000}
    end)
  end

  defp crashes(0, _), do: []

  defp crashes(left, child) do
    begin = now()
    send(child, :crash)

    receive do
      {:runs, next} ->
        nanos = now() - begin
        [nanos | crashes(left - 1, next)]
    end
  end

  defp mass_crash(size) do
    with_idle(0, fn sup, _ ->
      for _ <- 1..size, do: add(sup, :told, [self()])
      parked = await_runs(size)
      begin = now()
      for pid <- parked, do: send(pid, :crash)
      await_runs(size)
      per_second(size, begin)
    end)
  end

  defp await_runs(count) do
    for _ <- 1..count do
      receive do
        {:runs, pid} -> pid
      end
    end
  end

  defp start(size) do
    with_idle(0, fn sup, _ ->
      begin = now()
      report = {:atomics.new(1, []), size, self()}
      for _ <- 1..size, do: add(sup, :idle, [report])

      receive do
        :all_up -> :ok
      end

      per_second(size, begin)
    end)
  end

  # A dynamic supervisor knows its children by pid, and forgets what it terminates.
  defp terminate(size, count) do
    chunk = max(1, min(div(size, 2), min(1_000, count)))
    rounds = div(count + chunk - 1, chunk)

    with_idle(size, fn sup, pids ->
      table = List.to_tuple(pids)
      {nanos, _} = Enum.reduce(0..(rounds - 1), {0, table}, &end_and_replace(sup, chunk, &1, &2))
      rounds * chunk * 1.0e9 / nanos
    end)
  end

  # Children all over the tree; only their ending is timed.
  defp end_and_replace(sup, chunk, round, {nanos, table}) do
    size = tuple_size(table)
    places = for i <- (round * chunk)..(round * chunk + chunk - 1), do: rem(i * 7919, size)
    picked = for place <- places, do: {place, elem(table, place)}
    begin = now()
    for {_, pid} <- picked, do: :ok = DynamicSupervisor.terminate_child(sup, pid)
    nanos = nanos + now() - begin
    fresh = Map.new(places, &{&1, add(sup, :idle, [:none])})
    table = for {pid, i} <- Enum.with_index(Tuple.to_list(table)), do: Map.get(fresh, i, pid)
    {nanos, List.to_tuple(table)}
  end

  defp bytes_per_child(size) do
    before = memory()
    with_idle(size, fn _, pids -> {pids, (memory() - before) / size} end) |> elem(1)
  end

  defp memory do
    for pid <- Process.list(), do: :erlang.garbage_collect(pid)
    :erlang.memory(:total)
  end

  defp stop(size, limit_ms) do
    with_idle(size, fn sup, _ ->
      begin = now()

      try do
        DynamicSupervisor.stop(sup, :shutdown, limit_ms)
        (now() - begin) / 1.0e6
      catch
        :exit, _ -> :slow
      end
    end)
  end

  # The supervisor waits for the child it terminates, and lists nobody meanwhile: there is one query
  # that began while the stop hung, and it takes as long as the hang.
  defp query_while_a_stop_hangs(size) do
    with_idle(size - 1, fn sup, _ ->
      spec = %{Child.spec(:deaf, [self()]) | shutdown: @hang_ms}
      {:ok, deaf} = DynamicSupervisor.start_child(sup, spec)
      spawn(fn -> DynamicSupervisor.terminate_child(sup, deaf) end)

      receive do
        :asked_to_stop -> :ok
      end

      begin = now()
      listed = length(DynamicSupervisor.which_children(sup))
      true = listed in [size - 1, size]
      (now() - begin) / 1.0e6
    end)
  end
end

Peer.main(System.argv())
