using System.CommandLine;
using System.Text.Json;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Demo;
using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Local.Hosting;

namespace ServerlessMcp.Local.Cli;

internal static class DemoCommand
{
    private const string Region = "eu-west-1";

    public static Command Make(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print the result with timings as JSON; the rest goes to stderr." };
        var pause = new Option<bool>("--pause") { Description = "Wait for Enter after each scene." };
        var keep = new Option<bool>("--keep") { Description = "Keep the data folder and print its path." };
        var breakAt = new Option<int>("--break-at") { Description = "The step of the second scene that fails, 1 to 5.", DefaultValueFactory = _ => 4 };
        breakAt.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var step) || step is < 1 or > 5))
            {
                result.AddError("--break-at is a step's number, 1 to 5.");
            }
        });
        var command = new Command("demo", "Show the main job in four scenes, on this machine alone: done, rolled back, cancelled, undone.") { json, pause, keep, breakAt };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal, parsed.GetValue(json), parsed.GetValue(pause), parsed.GetValue(keep), parsed.GetValue(breakAt), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, bool json, bool pause, bool keep, int breakAt, CancellationToken cancellationToken)
    {
        var clock = new StartClock(TimeProvider.System);
        var voice = new DemoVoice(json ? terminal with { Out = terminal.Error } : terminal, terminal.IsPerson && !json);
        voice.Say("ServerlessMcp: every change is a plan whose undo exists before it starts. Four scenes, on this machine alone.");
        var firstLine = clock.Seconds;
        var folder = Directory.CreateTempSubdirectory("smcp-demo-").FullName;
        try
        {
            voice.Say("Starting the sandbox (an AWS emulator behind a strict proxy) and the MCP server ...");
            await using var host = await LocalHost.StartAsync(Configure(folder), TimeProvider.System, voice.Say, sweep: null, cancellationToken);
            voice.Say($"The MCP server listens on {host.Url}; this demo is its client, with the key of an agent.");
            var ready = clock.Seconds;
            var scenes = await PlayAsync(host, voice, breakAt, pause, cancellationToken);
            var ok = scenes.Count == 4 && scenes.All(scene => scene.Ok);
            var result = new DemoResult(ok, firstLine, ready, clock.Seconds, scenes, scenes.FirstOrDefault(scene => !scene.Ok)?.Problem);
            Close(terminal, voice, json, result);
            return ok ? 0 : 1;
        }
        catch (EmulatorException missing) when (json)
        {
            Close(terminal, voice, json, new(false, firstLine, 0, clock.Seconds, [], missing.Message));
            return 1;
        }
        finally
        {
            if (keep)
            {
                voice.Say($"Kept: {folder}");
            }
            else
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<IReadOnlyList<SceneResult>> PlayAsync(
        LocalHost host, DemoVoice voice, int breakAt, bool pause, CancellationToken cancellationToken)
    {
        var sandbox = host.Sandbox!;
        using var emulator = new Forwarder(sandbox.EmulatorEndpoint);
        using var door = new ServerDoor(host.Url, host.Keys.Operator);
        await using var client = await DemoClient.ConnectAsync(host.Url, host.Keys.Agent, cancellationToken);
        var stamp = Executions.Ids.New("x")[2..8];
        var stage = new DemoStage(client, door, sandbox.Proxy.Rules, emulator, voice, TimeProvider.System, Region, stamp, breakAt);
        return await new DemoRun(stage, async cancelled =>
        {
            if (pause)
            {
                voice.Say("(Enter goes on)");
                await Console.In.ReadLineAsync(cancelled);
            }
        }).PlayAsync(cancellationToken);
    }

    /// <summary>Nothing of the user's configuration: no file, no variable.</summary>
    private static Settings Configure(string folder) => new SettingsReader(_ => null, folder).Read(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Setting.Port.Flag] = "0",
        [Setting.Folder.Flag] = folder,
        [Setting.Region.Flag] = Region,
        [Setting.LogLevel.Flag] = "error",
    });

    private static void Close(Terminal terminal, DemoVoice voice, bool json, DemoResult result)
    {
        if (json)
        {
            terminal.Say(JsonSerializer.Serialize(result, DemoJson.Default.DemoResult));
            return;
        }

        voice.Say("");
        voice.Verdict(result.Ok, result.Ok ? $"All four scenes hold ({result.Seconds:0.0} s)." : $"A scene did not hold: {result.Problem}");
        voice.Say("What now:");
        voice.Say("  ./smcp serve                  keeps this server running, with its sandbox");
        voice.Say("  ./smcp connect claude-code    prints the line that connects Claude Code (or vscode, cursor, inspector, curl)");
        voice.Say("  ./smcp serve --aws            looks at your own account, read-only: plans and previews, changes OFF");
    }
}
