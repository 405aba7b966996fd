using System.CommandLine;
using System.Text.Json;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;

namespace ServerlessMcp.Local.Cli;

internal static class ConnectCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var client = new Argument<string>("client") { Description = string.Join(", ", ClientConfiguration.Clients) };
        client.AcceptOnlyFromAmong([.. ClientConfiguration.Clients]);
        var write = new Option<bool>("--write") { Description = "Write the client's configuration file in this folder instead of printing it." };
        var command = new Command("connect", "Print or write what an MCP client needs to reach this server.") { client, write };
        command.SetAction(parsed => Run(flags.Read(parsed), parsed.GetRequiredValue(client), parsed.GetValue(write), terminal));
        return command;
    }

    private static int Run(Settings settings, string client, bool write, Terminal terminal)
    {
        var files = new LocalFiles(settings.DataFolder);
        var keys = files.Keys() ?? throw new CallerException("no_key", "There is no key yet: start the server once with 'smcp serve'.");
        var url = files.Server()?.Url ?? $"http://127.0.0.1:{settings.Port}/mcp";
        var configuration = new ClientConfiguration(url, keys.Agent);
        if (!write)
        {
            terminal.Out.Write(configuration.Show(client));
            return 0;
        }

        if (ClientConfiguration.FileOf(client) is not { } file)
        {
            terminal.Warn($"{client} has no configuration file; without --write its command is printed.");
            return 1;
        }

        try
        {
            terminal.Say($"Wrote {configuration.Write(client, Environment.CurrentDirectory)}. It holds the key of 'agent': do not commit it.");
            return 0;
        }
        catch (JsonException)
        {
            terminal.Warn($"{file} is there and is not plain JSON, so it was left alone. Add this yourself:\n{configuration.Show(client)}");
            return 1;
        }
    }
}
