using System.Net;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Server.Pages;

/// <summary>Who may say yes on a page, to what, and how often.</summary>
public sealed class PageDecisionTests
{
    [Theory]
    [InlineData("approve", GateDecision.Approve)]
    [InlineData("deny", GateDecision.Deny)]
    public async Task Another_person_decides_by_the_link_of_the_answer(string button, GateDecision expected)
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);

        var answer = await approver.PressAsync(stage.Link, "/decision", button);
        var stands = await stage.DecisionAsync();
        var after = await approver.GetAsync(stage.Page);

        Assert.Equal((HttpStatusCode.SeeOther, stage.Page), (answer.Status, answer.Location));
        Assert.Equal(expected, stands!.Decision);
        Assert.Contains($"by {stands.By} at", after.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/decision", after.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asked_has_no_button_and_is_refused_when_they_press_it_all_the_same()
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);
        using var agent = await stage.AgentAsync();
        await stage.CutAsync(Scope.Read, Scope.Operate, Scope.Approve);

        var page = await agent.GetAsync(stage.Link);
        var pressed = await agent.PostAsync(stage.Page + "/decision", Form(stage, page.Token));

        Assert.DoesNotContain("/decision", page.Body, StringComparison.Ordinal);
        Assert.Contains("Another person with the scope", page.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, pressed.Status);
        Assert.Contains("may_not_decide: Another person", pressed.Body, StringComparison.Ordinal);
        Assert.Null(await stage.DecisionAsync());
    }

    [Theory]
    [InlineData(true, Scope.Read, Scope.Operate)]
    [InlineData(false, Scope.Read)]
    public async Task A_confirm_is_of_who_asked_while_they_may_operate(bool may, params string[] scopes)
    {
        await using var stage = await PageStage.StartAsync(isConfirm: true);
        using var agent = await stage.AgentAsync();
        await stage.CutAsync(scopes);

        var page = await agent.GetAsync(stage.Link);
        var pressed = await agent.PostAsync(stage.Page + "/decision", Form(stage, page.Token));

        Assert.Equal(may, page.Body.Contains("/decision", StringComparison.Ordinal));
        Assert.Equal(may ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden, pressed.Status);
        Assert.Equal(may, await stage.DecisionAsync() is { Decision: GateDecision.Approve });
    }

    [Theory]
    [InlineData(true, Scope.Admin)]
    [InlineData(false, Scope.Approve)]
    public async Task A_confirm_of_another_is_the_operators(bool may, string scope)
    {
        await using var stage = await PageStage.StartAsync(isConfirm: true);
        using var other = await stage.VisitorAsync(scope);

        var page = await other.GetAsync(stage.Page);
        var pressed = await other.PostAsync(stage.Page + "/decision", Form(stage, page.Token));

        Assert.Equal(may, page.Body.Contains("/decision", StringComparison.Ordinal));
        Assert.Equal(may, pressed.Status == HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_key_that_only_reads_sees_its_own_and_no_button()
    {
        await using var stage = await PageStage.StartAsync(isConfirm: true);
        using var agent = await stage.AgentAsync();
        await stage.CutAsync(Scope.Read);

        var (waits, plan) = (await agent.GetAsync(stage.Page), await agent.GetAsync($"/page/plans/{stage.PlanId}"));
        await stage.Server.ChangeAsync(stage.Id, execution => execution with { Status = ExecutionStatus.Succeeded, Gate = null });
        var ended = await agent.GetAsync(stage.Page);

        Assert.All(new[] { waits, plan, ended }, page =>
        {
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal(["/page/logout"], Actions(page.Body));
        });
        foreach (var action in (string[])["/cancel", "/undo"])
        {
            var pressed = await agent.PostAsync(stage.Page + action, Form(stage, ended.Token));
            Assert.Equal(HttpStatusCode.Forbidden, pressed.Status);
            Assert.Contains("missing_scope", pressed.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hash", "sha256:0000000000000000000000000000000000000000000000000000000000000000", "hash_mismatch")]
    [InlineData("gate", "7", "another_question")]
    [InlineData("gate", "x", "invalid_arguments")]
    [InlineData("decision", "perhaps", "invalid_arguments")]
    public async Task A_yes_to_another_plan_or_question_is_none(string field, string value, string code)
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);

        var answer = await approver.PressAsync(stage.Link, "/decision", "approve", form => form[field] = value);

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains(code, answer.Body, StringComparison.Ordinal);
        Assert.Null(await stage.DecisionAsync());
    }

    [Fact]
    public async Task The_second_decision_is_told_what_was_decided_and_by_whom()
    {
        await using var stage = await PageStage.StartAsync();
        using var first = await stage.VisitorAsync(Scope.Approve);
        using var second = await stage.VisitorAsync(Scope.Approve);
        var token = (await second.GetAsync(stage.Page)).Token;

        await first.PressAsync(stage.Link, "/decision", "deny");
        var late = await second.PostAsync(stage.Page + "/decision", Form(stage, token));
        await stage.Server.ChangeAsync(stage.Id, execution => execution with { Status = ExecutionStatus.Rejected, Gate = null });
        var later = await second.PostAsync(stage.Page + "/decision", Form(stage, token));

        var stands = (await stage.DecisionAsync())!;
        Assert.All(new[] { late, later }, answer =>
        {
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Contains($"decided_already: Another decision was first, and it stands: Denied by {stands.By}", answer.Body, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Pressed_twice_it_is_one_decision()
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);
        var token = (await approver.GetAsync(stage.Page)).Token;

        var first = await approver.PostAsync(stage.Page + "/decision", Form(stage, token));
        var second = await approver.PostAsync(stage.Page + "/decision", Form(stage, token));

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (first.Status, second.Status));
    }

    [Fact]
    public async Task A_step_in_the_middle_asks_its_own_question()
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);
        await stage.Server.ChangeAsync(stage.Id, execution => execution with { Gate = new(2, "approve", "Go on?", execution.Gate!.ExpiresAt, "change") });

        var page = await approver.GetAsync(stage.Page);
        var old = await approver.GetAsync(stage.Link);
        await approver.PressAsync(stage.Page, "/decision", "approve");

        Assert.Contains("Step <code>change</code> asks.", page.Body, StringComparison.Ordinal);
        Assert.Contains("is of an earlier question", old.Body, StringComparison.Ordinal);
        Assert.Null(await stage.DecisionAsync());
        Assert.NotNull(await stage.Server.Executions.DecisionAsync(stage.Id, 2, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancel_is_asked_for_with_its_reason()
    {
        await using var stage = await PageStage.StartAsync();
        using var agent = await stage.AgentAsync();

        var answer = await agent.PressAsync(stage.Page, "/cancel", change: form => form["reason"] = "not today");
        var after = await agent.GetAsync(stage.Page);

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.True(await stage.Server.Executions.IsCancelRequestedAsync(stage.Id, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("/cancel", after.Body, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Form(PageStage stage, string token) =>
        new() { ["t"] = token, ["hash"] = stage.Hash, ["gate"] = "1", ["decision"] = "approve" };

    private static List<string> Actions(string markup) => [.. markup.Split(" action=\"").Skip(1).Select(part => part.Split('"')[0])];
}
