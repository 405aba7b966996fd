using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning;
using ServerlessMcp.Server.Access.Policies;

namespace ServerlessMcp.Local.Access;

/// <summary>The operator's part of policies and freezes; <see cref="OperatorEndpoints"/> lets in.</summary>
internal static class PolicyEndpoints
{
    public static async Task FreezeAsync(HttpContext http, Principal caller)
    {
        var wanted = await OperatorEndpoints.BodyAsync(http, OperatorJson.Default.FreezeRequest);
        var text = await FreezeText.SetAsync(http.RequestServices.GetRequiredService<Freezes>(), caller, wanted.IsFrozen, wanted.Reason, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new(text), OperatorJson.Default.Shown, cancellationToken: http.RequestAborted);
    }

    public static async Task ShowAsync(HttpContext http)
    {
        var text = PolicyText.Render(http.RequestServices.GetRequiredService<IPolicySource>().Read());
        if (await http.RequestServices.GetRequiredService<Freezes>().FindAsync(http.RequestAborted) is { } freeze)
        {
            text += $"\n{freeze.Text}.";
        }

        await http.Response.WriteAsJsonAsync(new(text), OperatorJson.Default.Shown, cancellationToken: http.RequestAborted);
    }

    public static async Task PlanAsync(HttpContext http, Principal caller)
    {
        var id = (string)http.GetRouteValue("id")!;
        var stored = await http.RequestServices.GetRequiredService<PlanStore>().FindAsync(id, caller, http.RequestAborted)
            ?? throw new CallerException("plan_not_found", $"There is no plan '{id}'.");
        var tags = await http.RequestServices.GetRequiredService<Planner>().TagsAsync(stored.Plan, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(
            new(stored.Plan, stored.Preview, tags), PlanToJudgeJson.Default.PlanToJudge, cancellationToken: http.RequestAborted);
    }
}
