using System.CommandLine;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Cli;

/// <summary>The operator's command line. Exit codes: 0 done, 1 not done, 2 the configuration or the command line is wrong.</summary>
internal static class Smcp
{
    /// <param name="sweep">Null but in crash sweeps.</param>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CrashSweep? sweep = null)
    {
        var root = new RootCommand("ServerlessMcp: an MCP server for AWS whose every change is a plan with its undo.");
        var flags = new SettingFlags(root);
        foreach (var command in Commands(flags, terminal, sweep))
        {
            root.Subcommands.Add(command);
        }

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            parsed.Errors.ToList().ForEach(error => terminal.Warn(error.Message));
            return 2;
        }

        return await AtEdgeAsync(() => parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToEnd(parsed) }), terminal);
    }

    /// <summary>After Ctrl-C; verify then takes back what it has made.</summary>
    private static TimeSpan TimeToEnd(ParseResult parsed) =>
        parsed.CommandResult.Command.Name == VerifyCommand.Name ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(20);

    private static IEnumerable<Command> Commands(SettingFlags flags, Terminal terminal, CrashSweep? sweep) =>
    [
        ServeCommand.Make(flags, terminal, sweep),
        DemoCommand.Make(terminal),
        KeyCommand.Make(flags, terminal),
        ConnectCommand.Make(flags, terminal),
        DecisionCommand.Make("confirm", "Say yes to an execution that waits for it.", flags, terminal),
        DecisionCommand.Make("deny", "Say no to an execution that waits for a yes.", flags, terminal),
        PageCommand.Make(flags, terminal),
        TraceCommand.Make(flags, terminal),
        AuditCommand.Make(flags, terminal),
        PolicyCommand.Make(flags, terminal),
        FreezeCommand.Freeze(flags, terminal),
        FreezeCommand.Unfreeze(flags, terminal),
        StdioCommand.Make(flags, terminal),
        VerifyCommand.Make(flags, terminal),
        DoctorCommand.Make(flags, terminal),
        ConfigCommand.Make(flags, terminal),
    ];

    /// <summary>What a person can act on becomes a sentence; anything else is a bug and shows as one.</summary>
    private static async Task<int> AtEdgeAsync(Func<Task<int>> run, Terminal terminal)
    {
        try
        {
            return await run();
        }
        catch (ConfigurationException wrong)
        {
            foreach (var problem in wrong.Problems)
            {
                terminal.Warn(problem);
            }

            return 2;
        }
        catch (CallerException wrong)
        {
            terminal.Warn(wrong.Quoted is { } said ? $"{wrong.Message} {PlainText.OneLine(said)}" : wrong.Message);
            foreach (var problem in wrong.Problems)
            {
                terminal.Warn(PlainText.OneLine($"  {problem.Path}: {problem.Message}{(problem.Quoted is { } words ? $": {words}" : "")}"));
            }

            return 1;
        }
        catch (OperationCanceledException)
        {
            terminal.Warn("Stopped.");
            return 130;
        }
        catch (EmulatorException missing)
        {
            terminal.Warn(missing.Message);
            return 1;
        }
    }
}
