using System.Text.Json.Nodes;
using ModelContextProtocol;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Local.Demo;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Verify;

/// <summary>Makes and takes back each case as any client would: plans, executions, undo plans. Whatever happens, what was made is taken back.</summary>
/// <param name="say">Gets a line after each case.</param>
internal sealed class VerifyRun(DemoClient client, VerifyEye eye, VerifyPlace place, TimeProvider time, Action<string> say)
{
    /// <summary>The cases have nothing in common.</summary>
    private const int AtOnce = 4;

    /// <summary>How long AWS may show what is gone, or not show what is there.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);

    /// <summary>For one execution; an undo may wait for ten minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _line = new();

    /// <param name="stop">Ends it early: the cases that are under way are taken back, the others are not begun.</param>
    public async Task<IReadOnlyList<VerifyCaseResult>> RunAsync(IReadOnlyList<VerifyCase> cases, CancellationToken stop)
    {
        using var places = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(cases.Select(async one =>
        {
            await places.WaitAsync(CancellationToken.None);
            try
            {
                var result = stop.IsCancellationRequested
                    ? new(one.Id, one.Operations, false, 0, [], "not begun: it was stopped", null, [])
                    : await RunAsync(one, stop);
                lock (_line)
                {
                    say(Line(result));
                }

                return result;
            }
            finally
            {
                places.Release();
            }
        }));
    }

    /// <summary>What a run before this one left, because it was killed: cancelled where it still runs, else undone, the newest first.</summary>
    /// <returns>Executions whose undo could not even begin: of another account, without an answer, or somebody changed the same since.</returns>
    public async Task<IReadOnlyList<string>> TakeBackEarlierAsync(CancellationToken stop)
    {
        var left = new List<string>();
        var listed = await client.CallAsync("list_executions", new() { ["limit"] = 100 }, stop);
        foreach (var earlier in listed.Structured["executions"]!.AsArray().OfType<JsonObject>().Where(row => row["undo_of"] is null))
        {
            var id = (string)earlier["execution_id"]!;
            if ((await EndAsync(id, cancel: true, stop))["status"] == "succeeded")
            {
                var undo = await client.TryAsync("rollback_execution", new() { ["execution_id"] = id }, stop);
                var undoing = undo["execution_id"];
                if (undoing.Length == 0)
                {
                    left.Add(id);
                }

                var end = undoing.Length > 0 ? (await EndAsync(undoing, cancel: false, stop))["status"] : undo.Text;
                say(PlainText.OneLine($"An earlier run left execution {id} ({earlier["title"]}): its undo: {end}"));
            }
        }

        return left;
    }

    public static string Line(VerifyCaseResult result) => result.Proven
        ? FormattableString.Invariant($"proven      {string.Join(", ", result.Operations)} ({result.Seconds:0.0} s)")
        : $"NOT PROVEN  {string.Join(", ", result.Operations)}: {PlainText.OneLine(result.Reason ?? "")}";

    private async Task<VerifyCaseResult> RunAsync(VerifyCase one, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var (states, executions, undone) = (new List<string>(), new List<string>(), new List<string>());
        string? reason;
        try
        {
            reason = await DoAsync(one, states, executions, stop);
        }
        catch (Exception e) when (e is OperationCanceledException || IsTrouble(e))
        {
            reason = IsTrouble(e) ? e.Message : "it was stopped";
        }

        // From here on nothing is stopped: what was made is taken back.
        reason = await UndoAsync(one, states, executions, undone, reason);
        var left = await LeftAsync(one, states);
        return new(
            one.Id, one.Operations, reason is null && left is null, Math.Round(time.GetElapsedTime(began).TotalSeconds, 1), [.. executions, .. undone],
            reason ?? (left is null ? null : "something is left"), left, left is null ? [] : one.Remove);
    }

    /// <returns>Why it is not proven; null: all stages are done, and each is seen.</returns>
    private async Task<string?> DoAsync(VerifyCase one, List<string> states, List<string> executions, CancellationToken stop)
    {
        states.Add(await eye.LookAsync(one, stop));
        if (states[0].Length > 0)
        {
            return $"something of that name is there already: {states[0]}";
        }

        foreach (var steps in one.Stages)
        {
            var plan = await client.CallAsync(
                "create_plan",
                new() { ["title"] = $"smcp verify: {one.Id}", ["region"] = place.Region, ["steps"] = new JsonArray([.. steps.Select(step => step.DeepClone())]) },
                stop);
            var end = await RunPlanAsync("execute_plan", new() { ["plan_id"] = plan["plan_id"], ["plan_hash"] = plan["plan_hash"] }, executions, stop);
            if (end["status"] != "succeeded")
            {
                executions.RemoveAt(executions.Count - 1);
                return $"{end["status"]}: {end.Text}";
            }

            states.Add(await UntilAsync(one, seen => seen != states[^1], stop));
            if (states[^1] == states[^2])
            {
                return $"{steps[^1]["operation"]} succeeded, and nothing is to be seen of it";
            }
        }

        return null;
    }

    private async Task<string?> UndoAsync(VerifyCase one, List<string> states, List<string> executions, List<string> undone, string? reason)
    {
        for (var n = executions.Count - 1; n >= 0; n--)
        {
            try
            {
                var end = await EndAsync(executions[n], cancel: true, CancellationToken.None);
                if (end["status"] != "succeeded")
                {
                    continue; // It has taken itself back, or says what it could not.
                }

                var undo = await RunPlanAsync("rollback_execution", new() { ["execution_id"] = executions[n] }, undone, CancellationToken.None);
                if (undo["status"] != "succeeded")
                {
                    return reason ?? $"its undo: {undo["status"]}: {undo.Text}";
                }

                if (await UntilAsync(one, seen => seen == states[n], CancellationToken.None) is var now && now != states[n])
                {
                    reason ??= $"after the undo there is '{now}', before there was '{states[n]}'";
                }
            }
            catch (Exception e) when (IsTrouble(e))
            {
                return reason ?? $"its undo: {e.Message}";
            }
        }

        return reason;
    }

    /// <summary>Of AWS, of a tool or of the connection (no answer in time, too): told, and no reason to leave anything.</summary>
    private static bool IsTrouble(Exception e) =>
        e is DemoException or AwsCallException or McpException or HttpRequestException or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>What is there now and was not before.</summary>
    private async Task<string?> LeftAsync(VerifyCase one, List<string> states)
    {
        if (states.Count == 0 || states[0].Length > 0)
        {
            return null; // Nothing was begun.
        }

        try
        {
            return await UntilAsync(one, seen => seen.Length == 0, CancellationToken.None) is { Length: > 0 } left ? left : null;
        }
        catch (AwsCallException e)
        {
            return $"not known: {e.Message}";
        }
    }

    private async Task<DemoAnswer> RunPlanAsync(string tool, JsonObject arguments, List<string> executions, CancellationToken stop)
    {
        // Not stopped before its answer: what was started must be known.
        var started = await client.TryAsync(tool, arguments, CancellationToken.None);
        if (started["execution_id"] is not { Length: > 0 } id)
        {
            throw new DemoException($"{tool}: {started.Text}");
        }

        executions.Add(id);
        return await EndAsync(id, cancel: false, stop);
    }

    private async Task<DemoAnswer> EndAsync(string executionId, bool cancel, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var look = await client.TryAsync("get_execution", new() { ["id"] = executionId }, stop);
            if (look["status"] is not ("running" or "rolling_back" or "awaiting_approval"))
            {
                return look;
            }

            if (cancel)
            {
                await client.TryAsync("cancel_execution", new() { ["execution_id"] = executionId }, stop);
                cancel = false;
            }

            if (time.GetElapsedTime(began) > Patience)
            {
                throw new DemoException($"execution {executionId} is still {look["status"]} after {Patience.TotalMinutes} minutes");
            }

            await Task.Delay(Pause, time, stop);
        }
    }

    /// <returns>What was seen last.</returns>
    private async Task<string> UntilAsync(VerifyCase one, Func<string, bool> isRight, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var seen = await eye.LookAsync(one, stop);
            if (isRight(seen) || time.GetElapsedTime(began) > Settling)
            {
                return seen;
            }

            await Task.Delay(Pause, time, stop);
        }
    }
}
