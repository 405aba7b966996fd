using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>One invocation's work on one step: the step, its facts as they stand, and the way to write them.</summary>
internal sealed class StepVisit(Journal journal, Snapshot snapshot, Step step, Direction direction, WorkerTiming timing)
{
    private readonly DateTimeOffset _began = journal.Now;
    private long _version = snapshot.Steps.GetValueOrDefault(snapshot.IndexOf(step.Id))?.Version ?? 0;

    public Snapshot Snapshot => snapshot;

    public Step Step => step;

    public Direction Direction => direction;

    public WorkerTiming Timing => timing;

    public DateTimeOffset Now => journal.Now;

    public string Invocation => journal.Invocation;

    public StepFacts Facts { get; private set; } = snapshot.FactsOf(step.Id) ?? new()
    {
        StepId = step.Id,
        Index = snapshot.IndexOf(step.Id),
        Status = StepStatus.Intended,
        StartedAt = journal.Now,
        UpdatedAt = journal.Now,
    };

    /// <summary>The way back begins: its deadline counts from here. Written with the next facts.</summary>
    public void BeginBackward() => Facts = Facts with { UndoStartedAt = Facts.UndoStartedAt ?? Now };

    /// <summary>A call was sent and this invocation has no answer to it. Written with the next facts.</summary>
    public void NoteUnknown()
    {
        if (Facts is { Status: StepStatus.Intended, Sent: true, WasUnknown: false })
        {
            Facts = Facts with { WasUnknown = true };
        }
    }

    /// <summary>Notes facts that the next write takes with it.</summary>
    public void Carry(StepFacts facts) => Facts = facts;

    public bool IsBackward => direction == Direction.Backward;

    /// <summary>False when this invocation has run too long to begin another call.</summary>
    public bool HasTime => Now - _began < timing.Verb;

    /// <summary>How long another invocation may still be working on the step; null when nobody is.</summary>
    public TimeSpan? ForeignLease => Facts.LeaseUntil is { } until && until > Now && Facts.LeaseBy != Invocation ? until - Now : null;

    public bool IsPastDeadline => IsBackward
        ? Now - (Facts.UndoStartedAt ?? Now) > timing.BackwardDeadline
        : Now - Facts.StartedAt > timing.ForwardDeadline;

    public TimeSpan SettleTime => TimeSpan.FromSeconds(step.SettleSeconds);

    public StepSession Session { get; } = new(snapshot.Execution.ExecutionId, snapshot.Execution.Owner, step);

    public string Marker => $"{snapshot.Execution.MarkedAs}/{step.Id}";

    /// <param name="fenced">True where it permits a call: the run must still be the one that may act.</param>
    public async Task SaveAsync(StepFacts facts, bool fenced, CancellationToken cancellationToken, params ExecutionEvent[] events)
    {
        var saved = await journal.SaveStepAsync(snapshot, facts, _version, fenced, events, cancellationToken);
        _version = saved.Version;
        Facts = facts with { Tracked = saved.Tracked };
    }

    public Task SaveAsync(StepFacts facts, CancellationToken cancellationToken, params ExecutionEvent[] events) =>
        SaveAsync(facts, fenced: false, cancellationToken, events);

    public ExecutionEvent Event(string kind, string text) => journal.Event(kind, step.Id, text);

    public Answer Wait(TimeSpan delay) => Answer.WaitFor(delay, step.Id);

    /// <summary>Notes that something is busy and says when to come back; the first time in a row it is an event.</summary>
    /// <param name="facts">What else is to be written.</param>
    public async Task<Answer> BusyAsync(StepFacts facts, StepTrouble trouble, Func<double> random, CancellationToken cancellationToken)
    {
        var count = facts.Busy is null ? 0 : facts.BusyCount + 1;
        var busy = facts with { Busy = trouble with { Since = facts.Busy?.Since ?? Now }, BusyCount = count };
        await SaveAsync(
            busy, cancellationToken, count == 0 ? [Event("step_busy", $"{step.Id} waits: {trouble.Code}: {trouble.Message}")] : []);
        return Wait(Delays.Busy(count, random));
    }

    /// <summary>Goes on looking while reads may still lag behind.</summary>
    /// <param name="atLeast">How long, if that is longer than the step's settle time.</param>
    /// <returns>Null when that time is over.</returns>
    public async Task<Answer?> StillSettlingAsync(CancellationToken cancellationToken, TimeSpan atLeast = default)
    {
        var since = Facts.SettlingSince ?? Now;
        var left = (atLeast > SettleTime ? atLeast : SettleTime) - (Now - since);
        if (left <= TimeSpan.Zero)
        {
            return null;
        }

        if (Facts.SettlingSince is null || Facts.Busy is not null)
        {
            await SaveAsync(Facts with { SettlingSince = since, Busy = null, BusyCount = 0 }, cancellationToken);
        }

        return Wait(Delays.Settle(Now - since, left));
    }
}
