using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>A signal from outside to one run, and the answer to its sender: whether it fitted, told after it was stored.</summary>
internal sealed class Letter(Signal signal)
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Signal Signal { get; } = signal;

    public Task<bool> Answer => _answer.Task;

    public void Tell(bool fitted) => _answer.TrySetResult(fitted);

    public void Fail(Exception why) => _answer.TrySetException(why);
}
