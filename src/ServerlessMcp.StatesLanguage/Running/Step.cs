using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.States;

namespace ServerlessMcp.StatesLanguage.Running;

/// <summary>One transition in the making: collects its events. <see cref="Interpreter"/> decides which method fits.</summary>
internal sealed class Step(StateMachine machine, RunState run, Surroundings surroundings)
{
    /// <summary>Bytes of UTF-8 JSON; the payload quota of Step Functions.</summary>
    private const int PayloadBytes = 262_144;

    private readonly List<HistoryEvent> _events = [];

    private State Current => machine.States[run.State];

    private Scope Scope => new(run.Input, Context(run, Current));

    /// <summary>What <c>$$</c> shows. Source: Step Functions guide, Context object.</summary>
    public static JsonObject Context(RunState run, State state)
    {
        var context = new JsonObject
        {
            ["Execution"] = new JsonObject
            {
                ["Id"] = run.Run,
                ["Input"] = run.RunInput?.DeepClone(),
                ["Name"] = run.Run,
                ["RedriveCount"] = 0,
                ["RoleArn"] = "local",
                ["StartTime"] = Moment(run.StartedAt),
            },
            ["State"] = new JsonObject
            {
                ["EnteredTime"] = Moment(run.EnteredAt),
                ["Name"] = run.State,
            },
            ["StateMachine"] = new JsonObject { ["Id"] = "local", ["Name"] = "local" },
        };
        if (state is TaskState)
        {
            context["State"]!["RetryCount"] = run.RetryCount;
        }

        if (run.Token is not null)
        {
            context["Task"] = new JsonObject { ["Token"] = run.Token };
        }

        return context;
    }

    public Transition Enter()
    {
        run = run with { EnteredAt = surroundings.Now };
        Add(Current.Type + "StateEntered", ("name", run.State), ("input", run.Input?.DeepClone()));
        if (JsonValues.Size(run.Input) > PayloadBytes)
        {
            return End(RunPhase.Failed, ErrorNames.DataLimitExceeded, $"The input of state '{run.State}' is over {PayloadBytes} bytes.");
        }

        return Current.Enter(Scope, surroundings.Now) switch
        {
            Move.Leave leave => Leave(leave),
            Move.Fail fail => End(RunPhase.Failed, fail.Error, fail.Cause),
            Move.WaitUntil wait => Stay(run with { Phase = RunPhase.Waiting, Due = wait.Due }),
            _ => Schedule(),
        };
    }

    public Transition LeaveWait() => Leave((Move.Leave)((WaitState)Current).Leave(Scope));

    /// <summary>Makes the intent: the worker is called after this is stored.</summary>
    public Transition Schedule()
    {
        var task = (TaskState)Current;
        var scope = Scope;
        var (timeout, heartbeat) = (task.Limits.TimeoutSeconds(scope), task.Limits.HeartbeatSeconds(scope));
        run = run with
        {
            Phase = RunPhase.Invoking,
            Due = timeout is { } seconds ? surroundings.Now.AddSeconds(seconds) : null,
            HeartbeatSeconds = heartbeat,
            Token = task.WaitsForToken ? surroundings.NewToken() : null,
        };

        // Parameters that lead nowhere are found before anything is said to be scheduled.
        task.Arguments(Scope);
        Add("TaskScheduled", ("resource", task.Resource));
        Add("TaskStarted");
        return Stay(run);
    }

    public Transition CallAgain()
    {
        var timeout = run.Token is null ? ((TaskState)Current).Limits.TimeoutSeconds(Scope) : null;
        return Stay(timeout is { } seconds ? run with { Due = surroundings.Now.AddSeconds(seconds) } : run);
    }

    public Transition Submitted()
    {
        Add("TaskSubmitted");
        run = run with { Phase = RunPhase.Awaiting };
        return Heartbeat();
    }

    public Transition Heartbeat() =>
        Stay(run with { HeartbeatDue = run.HeartbeatSeconds is { } seconds ? surroundings.Now.AddSeconds(seconds) : null });

    public Transition Complete(JsonNode? result)
    {
        if (JsonValues.Size(result) > PayloadBytes)
        {
            return Broke(new(ErrorNames.DataLimitExceeded, $"The result of state '{run.State}' is over {PayloadBytes} bytes."));
        }

        Add("TaskSucceeded", ("output", result?.DeepClone()));
        return Leave((Move.Leave)((TaskState)Current).Leave(Scope, result));
    }

    public Transition Broke(RunFailure failure)
    {
        Add("TaskFailed", ("error", failure.Error), ("cause", failure.Cause));
        return Handle(failure);
    }

    public Transition TimeOut(bool isHeartbeat)
    {
        Add("TaskTimedOut", ("error", ErrorNames.Timeout));
        return Handle(new(ErrorNames.Timeout, null, isHeartbeat ? ErrorNames.HeartbeatTimeout : null));
    }

    /// <summary>Retry, else Catch, else the end.</summary>
    public Transition Handle(RunFailure failure)
    {
        if (Current is not TaskState task)
        {
            return End(RunPhase.Failed, failure.Error, failure.Cause);
        }

        return Retry(task, failure) ?? Catch(task, failure) ?? End(RunPhase.Failed, failure.Error, failure.Cause);
    }

    public Transition End(RunPhase phase, string? error, string? cause)
    {
        Add("Execution" + phase, ("error", error), ("cause", cause));
        return Stay(run with
        {
            Phase = phase,
            Due = null,
            HeartbeatDue = null,
            Token = null,
            EndedAt = surroundings.Now,
            Error = error,
            Cause = cause,
        });
    }

    private Transition? Retry(TaskState task, RunFailure failure)
    {
        var index = task.Retriers.TakeWhile(retrier => !retrier.Errors.Matches(failure)).Count();
        if (index == task.Retriers.Count)
        {
            return null;
        }

        var counters = run.Retries.Count == 0 ? new int[task.Retriers.Count] : [.. run.Retries];
        if (counters[index] >= task.Retriers[index].MaxAttempts)
        {
            return null;
        }

        var delay = task.Retriers[index].Delay(counters[index]++, surroundings.Random);
        return Stay(run with
        {
            Phase = RunPhase.Retrying,
            Retries = counters,
            RetryCount = run.RetryCount + 1,
            Due = surroundings.Now + delay,
            HeartbeatDue = null,
            Token = null,
        });
    }

    private Transition? Catch(TaskState task, RunFailure failure)
    {
        if (task.Catchers.FirstOrDefault(catcher => catcher.Errors.Matches(failure)) is not { } catcher)
        {
            return null;
        }

        try
        {
            return Leave(new(catcher.Output(run.Input, failure), catcher.Next));
        }
        catch (RunFailureException misfit)
        {
            return End(RunPhase.Failed, misfit.Failure.Error, misfit.Failure.Cause);
        }
    }

    private Transition Leave(Move.Leave leave)
    {
        Add(Current.Type + "StateExited", ("name", run.State), ("output", leave.Output?.DeepClone()));
        var left = run with { Due = null, HeartbeatDue = null, HeartbeatSeconds = null, Token = null, Retries = [], RetryCount = 0 };
        if (leave.Next is not null)
        {
            return Stay(left with { State = leave.Next, Phase = RunPhase.Entering, Input = leave.Output?.DeepClone() });
        }

        Add("ExecutionSucceeded", ("output", leave.Output?.DeepClone()));
        return Stay(left with { Phase = RunPhase.Succeeded, EndedAt = surroundings.Now, Output = leave.Output?.DeepClone() });
    }

    private Transition Stay(RunState next) => new(next, _events);

    private void Add(string type, params ReadOnlySpan<(string Name, JsonNode? Value)> details)
    {
        var members = new JsonObject();
        foreach (var (name, value) in details)
        {
            if (value is not null || name is "input" or "output")
            {
                members[name] = value;
            }
        }

        _events.Add(new(type, members.Count == 0 ? null : members));
    }

    private static string Moment(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
