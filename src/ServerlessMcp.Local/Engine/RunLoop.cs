using System.Security.Cryptography;
using System.Threading.Channels;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>What all loops of one engine share.</summary>
/// <param name="Stopping">No new transition begins.</param>
/// <param name="Killed">Calls under way are given up.</param>
internal sealed record LoopPorts(
    RunStore Store, TaskCalls Calls, EngineSettings Settings, CancellationToken Stopping, CancellationToken Killed);

/// <summary>
/// Drives one run: the only one who moves it, so that no two signals meet. Each transition is stored before anything follows.
/// </summary>
internal sealed partial class RunLoop(StoredRun stored, StateMachine machine, LoopPorts ports)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly Interpreter _interpreter = new(machine);
    private readonly Channel<Letter> _mail = Channel.CreateUnbounded<Letter>(new() { SingleReader = true });
    private RunState _run = stored.Run;
    private long _step = stored.Step;
    private Calling? _call;

    /// <summary>The token that the run waits for now.</summary>
    public string? Token => Volatile.Read(ref _run).Token;

    private TimeProvider Time => ports.Settings.Time;

    /// <returns>False when the run has ended; the letter is answered when its signal was stored or found not to fit.</returns>
    public bool Post(Letter letter) => _mail.Writer.TryWrite(letter);

    /// <summary>Until the run has ended and its end was told, or the engine stops.</summary>
    /// <exception cref="OperationCanceledException">The engine stops.</exception>
    public async Task RunAsync()
    {
        try
        {
            while (!_run.HasEnded)
            {
                await AdvanceAsync();
            }

            CloseMail(null);
            await TellEndAsync();
        }
        finally
        {
            CloseMail(new TableUnavailableException($"The engine stopped before run {_run.Run} took the signal; send it again."));
        }
    }

    private async Task AdvanceAsync()
    {
        switch (_run.Phase)
        {
            case RunPhase.Entering:
                ports.Stopping.ThrowIfCancellationRequested();
                await EnterAsync(new Signal.Go());
                break;
            case RunPhase.Retrying when await WaitAsync() is { } signal:
                await EnterAsync(signal);
                break;
            case RunPhase.Invoking when _call is null:
                await EnterAsync(new Signal.CallAgain());
                break;
            case RunPhase.Waiting or RunPhase.Awaiting or RunPhase.Invoking when await WaitAsync() is { } signal:
                await MoveAsync(signal);
                break;
        }
    }

    /// <summary>A move that may schedule a task: takes a slot first, then stores the intent, then calls.</summary>
    private async Task EnterAsync(Signal signal)
    {
        var mayCall = _interpreter.IsAboutToCall(_run);
        if (mayCall)
        {
            await ports.Calls.TakeSlotAsync(ports.Stopping);
        }

        var isCalling = false;
        try
        {
            await MoveAsync(signal);
            if (mayCall && _run.Phase == RunPhase.Invoking)
            {
                _call = ports.Calls.Begin(_run.Run, _interpreter.Call(_run), ports.Killed);
                isCalling = true;
            }
        }
        finally
        {
            if (mayCall && !isCalling)
            {
                ports.Calls.FreeSlot();
            }
        }
    }

    /// <summary>
    /// The next thing that happens to a run that waits. Letters are moved here, because their senders wait for the answer.
    /// </summary>
    /// <returns>Null after a letter.</returns>
    private async Task<Signal?> WaitAsync()
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ports.Stopping);
        var mail = _mail.Reader.WaitToReadAsync(waiting.Token).AsTask();
        var timer = Time.UntilAsync(_run.NextTimer, waiting.Token);
        await Task.WhenAny(_call is null ? [mail, timer] : [mail, timer, _call.Outcome]);
        await waiting.CancelAsync();

        if (_mail.Reader.TryRead(out var letter))
        {
            await DeliverAsync(letter);
            return null;
        }

        if (ports.Stopping.IsCancellationRequested)
        {
            return await LastAnswerAsync();
        }

        return _call is { Outcome.IsCompleted: true } ? await _call.Outcome : new Signal.Timer();
    }

    /// <summary>The engine stops: a call under way may still end, and its outcome is kept.</summary>
    private async Task<Signal> LastAnswerAsync()
    {
        if (_call is null)
        {
            throw new OperationCanceledException(ports.Stopping);
        }

        return await _call.Outcome.WaitAsync(ports.Killed);
    }

    private async Task DeliverAsync(Letter letter)
    {
        try
        {
            letter.Tell(await MoveAsync(letter.Signal));
        }
        catch (OperationCanceledException)
        {
            letter.Fail(new TableUnavailableException($"The engine stopped before run {_run.Run} took the signal; send it again."));
            throw;
        }
    }

    /// <returns>False when the signal did not fit: nothing happened.</returns>
    private async Task<bool> MoveAsync(Signal signal)
    {
        if (_interpreter.Apply(_run, signal, new(Time.GetUtcNow(), Jitter, NewToken)) is not { } moved)
        {
            return false;
        }

        await PatientlyAsync(() => ports.Store.SaveAsync(moved, _step, CancellationToken.None), "store");
        _step++;
        Volatile.Write(ref _run, moved.Run);
        if (moved.Run.Phase != RunPhase.Invoking)
        {
            await ForgetCallAsync(isOver: signal is Signal.Timer or Signal.Abort);
        }

        ports.Settings.Moved?.Invoke(moved.Run);
        return true;
    }

    /// <summary>
    /// A call frees its slot itself, when it ends. One that was answered early goes on: it may be the very one that answers.
    /// </summary>
    /// <param name="isOver">Its time is over: it is asked to end.</param>
    private async Task ForgetCallAsync(bool isOver)
    {
        if (isOver && _call is not null)
        {
            await _call.EndAsync();
        }

        _call = null;
    }

    private async Task TellEndAsync()
    {
        if (ports.Settings.RunEnded is { } tell)
        {
            await PatientlyAsync(() => TellAsync(tell), "tell the end of");
        }

        await PatientlyAsync(() => ports.Store.CloseAsync(_run.Run, CancellationToken.None), "close");
    }

    private async Task TellAsync(Func<string, RunStatus, CancellationToken, Task> tell)
    {
        try
        {
            await tell(_run.Run, RunStatuses.Of(_run.Phase), ports.Stopping);
        }
        catch (Exception failure) when (!ports.Stopping.IsCancellationRequested)
        {
            // The host's edge: whoever listens may fail in any way; it is told again.
            throw new TableUnavailableException("The end of the run was not taken.", failure);
        }
    }

    /// <summary>Tries until it is done: a full disk or a busy reaper is no reason to lose a run.</summary>
    private async Task PatientlyAsync(Func<Task> act, string what)
    {
        for (var delay = FirstDelay; ; delay = delay < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                await act();
                return;
            }
            catch (TableUnavailableException failure)
            {
                LogRetry(ports.Settings.Logger, what, _run.Run, failure);
            }

            await Task.Delay(delay, Time, ports.Stopping);
        }
    }

    private void CloseMail(Exception? why)
    {
        _mail.Writer.TryComplete();
        while (_mail.Reader.TryRead(out var letter))
        {
            if (why is null)
            {
                letter.Tell(false);
            }
            else
            {
                letter.Fail(why);
            }
        }
    }

    private static double Jitter() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);

    /// <summary>256 random bits: whoever knows the token may answer for the task.</summary>
    private static string NewToken() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not {What} run {Run}; trying again.")]
    private static partial void LogRetry(ILogger logger, string what, string run, Exception failure);
}
