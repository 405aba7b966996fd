using System.Globalization;

namespace ServerlessMcp.Local.Demo;

/// <summary>Plays the scenes one after the other, with the inventory before and after each.</summary>
internal sealed class DemoRun(DemoStage stage, Func<CancellationToken, Task> pause)
{
    public async Task<IReadOnlyList<SceneResult>> PlayAsync(CancellationToken cancellationToken)
    {
        var results = new List<SceneResult>();
        foreach (var scene in new Scenes().All)
        {
            var result = await PlayAsync(scene, results.Count + 1, cancellationToken);
            results.Add(result);
            if (!result.Ok)
            {
                break;
            }

            await pause(cancellationToken);
        }

        return results;
    }

    private async Task<SceneResult> PlayAsync(Scene scene, int number, CancellationToken cancellationToken)
    {
        stage.Voice.Scene(number, scene.Title, scene.Stake);
        var began = stage.Time.GetTimestamp();
        var before = await stage.InventoryAsync(cancellationToken);
        SceneEnd end;
        try
        {
            end = await scene.PlayAsync(stage, cancellationToken);
        }
        catch (DemoException broken)
        {
            stage.Voice.Verdict(false, broken.Message);
            return new(number, scene.Title, false, Seconds(began), null, null, before.Lines.Count, 0, false, broken.Message);
        }

        var after = await stage.InventoryAsync(cancellationToken);
        var problem = Problem(end, end.Undoes ?? before, after);
        Show(end.Undoes ?? before, after);
        var seconds = Seconds(began);
        stage.Voice.Verdict(problem is null, string.Create(CultureInfo.InvariantCulture, $"{end.Execution["status"]} in {seconds:0.0} s{(problem is null ? "" : ": " + problem)}"));
        return new(
            number, scene.Title, problem is null, seconds, end.ExecutionId, end.Execution["status"], before.Lines.Count, after.Lines.Count,
            after.Equals(end.Undoes ?? before), problem);
    }

    private void Show(InventoryTaken before, InventoryTaken after)
    {
        if (after.Equals(before))
        {
            stage.Voice.Say($"  Inventory: {before.Lines.Count} resources before, {after.Lines.Count} after, equal in every member.");
            return;
        }

        stage.Voice.Say($"  Inventory: {before.Lines.Count} resources before, {after.Lines.Count} after:");
        stage.Voice.Quote(string.Join('\n', [.. after.Except(before).Select(line => $"+ {line.Name}"), .. before.Except(after).Select(line => $"- {line.Name}")]));
    }

    private static string? Problem(SceneEnd end, InventoryTaken before, InventoryTaken after) =>
        end.Execution["status"] != end.Wanted ? $"the execution should be {end.Wanted}: {end.Execution.Text}"
        : end.ExpectsEqual && !after.Equals(before) ? "the inventory should be as before"
        : !end.ExpectsEqual && before.Except(after).Any() ? "something that was there before is gone or changed"
        : !end.ExpectsEqual && after.Equals(before) ? "nothing was made"
        : null;

    private double Seconds(long began) => Math.Round(stage.Time.GetElapsedTime(began).TotalSeconds, 1);
}
