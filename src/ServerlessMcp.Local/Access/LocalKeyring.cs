using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary>What keys need in local mode: the pepper in its file, and the two keys of the first start in theirs.</summary>
internal static class LocalKeyring
{
    /// <summary>Stands in the keys of local mode: none of them opens a server in the cloud, and none of that one opens here.</summary>
    public const string Environment = "local";

    private const string Remedy = "Put the right one back, or start with a new folder: --data DIR.";

    /// <summary>The pepper of this folder; made if no key needs another.</summary>
    /// <exception cref="CallerException"><c>no_pepper</c>: it is gone, and there are keys.</exception>
    public static async Task<KeySettings> OpenAsync(LocalFiles files, ITable table, CancellationToken cancellationToken)
    {
        if (files.Pepper() is { } kept)
        {
            return new(Environment, kept);
        }

        if (files.HasPepper || (await new KeyRecords(table).ListAsync(cancellationToken)).Any(record => record.Pepper is not null))
        {
            throw new CallerException("no_pepper", $"{files.PepperPath} is gone or cut off: without it no key of this folder can be checked. {Remedy}");
        }

        var made = Peppers.Make();
        files.Keep(made);
        return new(Environment, made);
    }

    /// <summary>Agent's and operator's, made at the first start: first the file, then the table, so that a crash leaves no locked door.</summary>
    /// <param name="say">Gets a line when keys of an earlier version were replaced.</param>
    /// <exception cref="CallerException"><c>no_key</c>: the file is gone or another folder's.</exception>
    public static async Task<LocalKeys> FirstKeysAsync(FirstKeyStore store, LocalFiles files, Action<string> say, CancellationToken cancellationToken)
    {
        var keys = files.Keys();
        if (keys is null && await store.HasAsync(cancellationToken))
        {
            throw new CallerException("no_key", $"{files.KeysPath} is gone or cut off: its keys were shown to nobody else. {Remedy}");
        }

        var isOld = keys is not null && await store.AreOfOldFormAsync(new(keys.Agent, keys.Operator), cancellationToken);
        if (keys is null || isOld)
        {
            var made = FirstKeys.Make(Environment);
            files.Keep(keys = new(made.Agent, made.Operator));
        }

        await PutAsync(store, files, keys, cancellationToken);
        if (isOld)
        {
            say("Keys have a new form. Those of agent and operator were replaced; what was theirs still is: 'smcp connect' and 'smcp key show' have the new ones.");
            say("Other keys of the old form open nothing now: 'smcp key list' shows them, 'smcp key rotate ID' makes the new one of a caller.");
        }

        return keys;
    }

    private static async Task PutAsync(FirstKeyStore store, LocalFiles files, LocalKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync(new(keys.Agent, keys.Operator), cancellationToken);
        }
        catch (CallerException wrong) when (wrong.Code == "wrong_keys")
        {
            throw new CallerException("no_key", $"{files.KeysPath}: {wrong.Message} {Remedy}", cause: wrong);
        }
    }
}
