using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Local.Cli;
using Spectre.Console;

namespace ServerlessMcp.Local.Demo;

/// <summary>Shows the demo: colours and live progress to a person, plain lines to a pipe.</summary>
internal sealed class DemoVoice(Terminal terminal, bool isPerson)
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new()
    {
        Ansi = isPerson ? AnsiSupport.Detect : AnsiSupport.No,
        Interactive = isPerson ? InteractionSupport.Detect : InteractionSupport.No,
        Out = new AnsiConsoleOutput(terminal.Out),
    });

    public void Say(string line) => terminal.Say(line);

    public void Scene(int number, string title, string stake)
    {
        Say("");
        if (isPerson)
        {
            _console.Write(new Rule($"[bold]Scene {number}: {Markup.Escape(title)}[/]").LeftJustified());
            _console.MarkupLineInterpolated($"[italic]{stake}[/]");
        }
        else
        {
            Say($"== Scene {number}: {title}");
            Say(stake);
        }
    }

    /// <summary>The tool's own text, set off.</summary>
    public void Quote(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var colour = line.TrimStart() switch { ['+', ..] => "green", ['~', ..] => "yellow", ['-', ..] => "red", _ => null };
            if (isPerson && colour is not null)
            {
                _console.MarkupLineInterpolated($"  │ [{colour}]{line}[/]");
            }
            else
            {
                Say($"  │ {line}");
            }
        }
    }

    public void Verdict(bool holds, string line)
    {
        if (isPerson)
        {
            _console.MarkupLineInterpolated($"[{(holds ? "green" : "red")}]{(holds ? "✓" : "✗")} {line}[/]");
        }
        else
        {
            Say($"{(holds ? "ok  " : "FAIL")} {line}");
        }
    }

    /// <summary>Runs <paramref name="follow"/>, which hands over the execution each time it looked.</summary>
    public async Task<DemoAnswer> FollowAsync(Func<Action<double, DemoAnswer>, Task<DemoAnswer>> follow)
    {
        if (isPerson)
        {
            return await _console.Live(new Text("")).StartAsync(live => follow((seconds, seen) => live.UpdateTarget(Table(seconds, seen))));
        }

        var last = "";
        return await follow((seconds, seen) =>
        {
            var line = $"{seen["status"],-13}  {string.Join("  ", Steps(seen).Select(step => $"{step.Id}: {step.Status}"))}";
            if (line != last)
            {
                last = line;
                Say(string.Create(CultureInfo.InvariantCulture, $"  {seconds,5:0.0} s  {line}"));
            }
        });
    }

    private static Table Table(double seconds, DemoAnswer seen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("step", "status");
        table.Title = new TableTitle(string.Create(CultureInfo.InvariantCulture, $"{seen["status"]}  {seconds:0.0} s"));
        foreach (var (id, status) in Steps(seen))
        {
            table.AddRow(new Text(id), new Text(status, new Style(Colour(status))));
        }

        return table;
    }

    private static IEnumerable<(string Id, string Status)> Steps(DemoAnswer seen) =>
        (seen.Structured["steps"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(step => ((step["step_id"] ?? step["id"])?.ToString() ?? "?", step["status"]?.ToString() ?? "?"));

    private static Color Colour(string status) => status switch
    {
        "done" or "no_effect" => Color.Green,
        "refused" or "failed" or "undo_failed" or "undo_skipped" => Color.Red,
        "undone" => Color.Blue,
        "pending" or "not_started" => Color.Grey,
        _ => Color.Yellow,
    };
}
