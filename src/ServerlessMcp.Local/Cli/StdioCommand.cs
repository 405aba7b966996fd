using System.CommandLine;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;

namespace ServerlessMcp.Local.Cli;

internal static class StdioCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("stdio", "The same server over stdin and stdout, for clients that start a process; joins a server that runs on the data folder.");
        command.SetAction((parsed, cancellationToken) => RunAsync(flags.Read(parsed), terminal, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Settings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var files = new LocalFiles(settings.DataFolder);
        if (files.Server() is { } running)
        {
            var keys = files.Keys() ?? throw new CallerException("no_key", $"{files.KeysPath} is missing: it holds the key for {running.Url}.");
            using var joined = new StdioBridge(new(running.Url), keys.Agent, Console.In, terminal.Out);
            await joined.RunAsync(cancellationToken);
            return 0;
        }

        await using var host = await LocalHost.StartAsync(settings.WithAnyPort(), TimeProvider.System, terminal.Warn, sweep: null, cancellationToken);
        terminal.Warn(host.Banner ?? $"Serving {host.Url} over stdio.");
        if (await host.NoteAsync(cancellationToken) is { } note)
        {
            terminal.Warn(note);
        }

        using var bridge = new StdioBridge(host.Url, host.Keys.Agent, Console.In, terminal.Out);
        await bridge.RunAsync(cancellationToken);
        return 0;
    }
}
