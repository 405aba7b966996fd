using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.States;

namespace ServerlessMcp.StatesLanguage.Running;

/// <summary>Runs a machine as a pure function: stored run and signal in, next stored run and history out. Failures are data.</summary>
/// <remarks>
/// | phase | signal | then |
/// |---|---|---|
/// | Entering | Go | Pass, Choice: Entering the next state. Succeed, Fail: ended. Wait: Waiting. Task: Invoking |
/// | Waiting | Timer, due | leaves the state |
/// | Invoking, no token | Returned / Broke / Timer, due | result / error / States.Timeout |
/// | Invoking | CallAgain | Invoking; without a token, with its full time; with a token whose time is over, States.Timeout |
/// | Invoking, token | Returned / Broke | Awaiting / error |
/// | Invoking, Awaiting | Answered, Refused, Heartbeat with the token | result / error / time for the next heartbeat |
/// | Invoking, Awaiting | Timer, due | States.Timeout |
/// | Retrying | Timer, due | Invoking |
/// | any but ended | Abort / any signal after the deadline | Aborted / TimedOut |
/// An error goes to the first retrier that matches, while it has attempts left (Retrying); else to the first catcher that matches
/// (Entering its state); else the run has failed. Every other pair is no transition: a signal that came too late.
/// </remarks>
public sealed class Interpreter(StateMachine machine)
{
    public Transition Start(string run, JsonNode? input, DateTimeOffset now)
    {
        var state = new RunState
        {
            Run = run,
            StartedAt = now,
            RunInput = input,
            Deadline = machine.TimeoutSeconds is { } seconds ? now.AddSeconds(seconds) : null,
            State = machine.StartAt,
            Phase = RunPhase.Entering,
            Input = input,
            EnteredAt = now,
        };
        return new(state, [new("ExecutionStarted", new JsonObject { ["input"] = input?.DeepClone() })]);
    }

    /// <returns>Null when the signal does not fit the run: nothing happens.</returns>
    public Transition? Apply(RunState run, Signal signal, Surroundings surroundings)
    {
        if (run.HasEnded)
        {
            return null;
        }

        var step = new Step(machine, run, surroundings);
        if (signal is Signal.Abort abort)
        {
            return step.End(RunPhase.Aborted, abort.Error, abort.Cause);
        }

        return run.Deadline <= surroundings.Now
            ? step.End(RunPhase.TimedOut, ErrorNames.Timeout, null)
            : Attempt(step, run, signal, surroundings.Now);
    }

    /// <summary>Whether the next transition can lead to a call of the worker.</summary>
    public bool IsAboutToCall(RunState run) =>
        machine.States[run.State] is TaskState && run.Phase is RunPhase.Entering or RunPhase.Retrying or RunPhase.Invoking;

    /// <summary>The call that a run in phase Invoking stands for: the same each time it is asked.</summary>
    public TaskCall Call(RunState run)
    {
        var task = (TaskState)machine.States[run.State];
        return new(task.Resource, task.Arguments(new(run.Input, Step.Context(run, task))));
    }

    private static Transition? Attempt(Step step, RunState run, Signal signal, DateTimeOffset now)
    {
        try
        {
            return Dispatch(step, run, signal, now);
        }
        catch (RunFailureException found)
        {
            return step.Handle(found.Failure);
        }
    }

    private static Transition? Dispatch(Step step, RunState run, Signal signal, DateTimeOffset now)
    {
        var isUnderWay = run.Phase is RunPhase.Invoking or RunPhase.Awaiting;
        switch (signal)
        {
            case Signal.Go when run.Phase == RunPhase.Entering:
                return step.Enter();
            case Signal.Timer when run.Due <= now && run.Phase == RunPhase.Waiting:
                return step.LeaveWait();
            case Signal.Timer when run.Due <= now && run.Phase == RunPhase.Retrying:
                return step.Schedule();
            case Signal.Timer when isUnderWay && (run.Due <= now || run.HeartbeatDue <= now):
                return step.TimeOut(isHeartbeat: !(run.Due <= now));
            case Signal.CallAgain when run.Phase == RunPhase.Invoking && run.Token is not null && run.Due <= now:
                return step.TimeOut(isHeartbeat: false);
            case Signal.CallAgain when run.Phase == RunPhase.Invoking:
                return step.CallAgain();
            case Signal.Returned when run.Phase == RunPhase.Invoking && run.Token is not null:
                return step.Submitted();
            case Signal.Returned returned when run.Phase == RunPhase.Invoking:
                return step.Complete(returned.Result);
            case Signal.Broke broke when run.Phase == RunPhase.Invoking:
                return step.Broke(new(broke.Error, broke.Cause));
            case Signal.Answered answered when isUnderWay && answered.Token == run.Token:
                return step.Complete(answered.Result);
            case Signal.Refused refused when isUnderWay && refused.Token == run.Token:
                return step.Broke(new(refused.Error, refused.Cause));
            case Signal.Heartbeat heartbeat when isUnderWay && heartbeat.Token == run.Token:
                return step.Heartbeat();
            default:
                return null;
        }
    }
}
