using System.CommandLine;
using ServerlessMcp.Local.Hosting;

namespace ServerlessMcp.Local.Cli;

internal static class ServeCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal, CrashSweep? sweep)
    {
        var command = new Command("serve", "Run the MCP server on this machine, with its sandbox, until it is stopped.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = flags.Read(parsed);
            await using var host = await LocalHost.StartAsync(settings, TimeProvider.System, terminal.Warn, sweep, cancellationToken);
            if (host.Banner is { } banner)
            {
                terminal.Warn(banner);
            }

            if (await host.NoteAsync(cancellationToken) is { } note)
            {
                terminal.Warn(note);
            }

            terminal.Say($"Listening on {host.Url}");
            await host.StoppedAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
