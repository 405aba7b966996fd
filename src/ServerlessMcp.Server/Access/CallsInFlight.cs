using System.Collections.Concurrent;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Access;

/// <summary>Counts what this process is answering to each caller, so that none of them has all of it. Thread safe.</summary>
internal sealed class CallsInFlight
{
    private readonly ConcurrentDictionary<string, int> _callers = new(StringComparer.Ordinal);

    /// <returns>The request's place, to be given back; null: there is none left.</returns>
    public IDisposable? Enter(Principal caller, int most)
    {
        if (_callers.AddOrUpdate(caller.Id, 1, (_, count) => count + 1) <= most)
        {
            return new Place(this, caller.Id);
        }

        Leave(caller.Id);
        return null;
    }

    private void Leave(string caller)
    {
        if (_callers.AddOrUpdate(caller, 0, (_, count) => count - 1) == 0)
        {
            _callers.TryRemove(new(caller, 0));
        }
    }

    private sealed class Place(CallsInFlight calls, string caller) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                calls.Leave(caller);
            }
        }
    }
}
