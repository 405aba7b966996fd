using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.Local.Engine;

/// <summary>Dies at every commit in turn, and is born again on the same file.</summary>
public sealed class EngineCrashTests
{
    [Fact]
    public async Task Dying_at_any_commit_loses_nothing_and_the_history_is_as_if_nothing_had_happened()
    {
        var (commits, history, output) = await RunAsync(dieAt: 0);
        Assert.InRange(commits, 12, 40);

        for (var dieAt = 1; dieAt <= commits; dieAt++)
        {
            var crashed = await RunAsync(dieAt);
            Assert.Equal(history, crashed.History);
            Assert.Equal(output, crashed.Output);
        }
    }

    /// <returns>Commits of the first life; the run's history and output.</returns>
    private static async Task<(int Commits, List<string> History, string Output)> RunAsync(int dieAt)
    {
        await using var rig = new EngineRig();
        var calls = new ConcurrentDictionary<string, int>();
        var commits = 0;
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Worker = (payload, _) => Answer(rig, payload, calls);

        await StartOrDieAsync(rig, number =>
        {
            commits = number;
            if (number == dieAt)
            {
                died.SetResult();
                throw new ProcessDeath();
            }
        });
        await Task.WhenAny(died.Task, dieAt == 0 ? rig.EndAsync("run") : Task.Delay(Timeout.Infinite, EngineRig.Cancel));
        var first = dieAt == 0 ? await ClosedAsync(rig, () => commits) : commits;
        await rig.DieAsync();

        // A wait that was stored, but not seen by the rig, before the death.
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await rig.OpenAsync(Machines.Full);
        await rig.StartAsync("run");

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
        Assert.All(calls, call => Assert.InRange(call.Value, 1, 2));
        Assert.Equal(["first", "gate", "second"], calls.Keys.Order(StringComparer.Ordinal));
        var run = await rig.Engine.FindAsync("run", EngineRig.Cancel);
        return (first, await rig.HistoryAsync("run"), run!.Output!.ToJsonString());
    }

    private static async Task StartOrDieAsync(EngineRig rig, Action<int> committed)
    {
        try
        {
            await rig.OpenAsync(Machines.Full, committed);
            await rig.StartAsync("run");
        }
        catch (Exception death) when (death is ProcessDeath or TableUnavailableException)
        {
            // It died in the start itself; the caller sees that, and asks again after the birth.
        }
    }

    /// <summary>The end is told before it is marked as told: waits for that last commit too.</summary>
    private static async Task<int> ClosedAsync(EngineRig rig, Func<int> commits)
    {
        await rig.StopAsync();
        return commits();
    }

    /// <summary>A person who answers the gate, again after each birth, until the answer is taken.</summary>
    private static Task<JsonObject> Answer(EngineRig rig, JsonObject payload, ConcurrentDictionary<string, int> calls)
    {
        calls.AddOrUpdate(payload["verb"]!.GetValue<string>(), 1, (_, count) => count + 1);
        if (payload["taskToken"]?.GetValue<string>() is { } token)
        {
            _ = Task.Run(() => AnswerAsync(rig, token), EngineRig.Cancel);
        }

        return Task.FromResult(payload.DeepClone().AsObject());
    }

    private static async Task AnswerAsync(EngineRig rig, string token)
    {
        for (var isAsked = true; isAsked; await Task.Yield())
        {
            try
            {
                // Only once it waits, so that each life stores the same transitions.
                var run = await rig.Engine.FindAsync("run", EngineRig.Cancel);
                isAsked = run?.Token == token;
                if (run is { Phase: RunPhase.Awaiting })
                {
                    await rig.Engine.SendTaskSuccessAsync(token, JsonValue.Create("yes"), EngineRig.Cancel);
                }
            }
            catch (Exception death) when (death is ProcessDeath or TableUnavailableException)
            {
                // The answer is given again to the next life.
            }
        }
    }
}

internal sealed class ProcessDeath() : Exception("The process dies here.");
