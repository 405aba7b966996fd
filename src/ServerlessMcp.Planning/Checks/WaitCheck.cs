using ServerlessMcp.AwsApi;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Planning.Checks;

/// <summary>Whether the caller's own wait can be made: a waiter of the service, or a read with conditions.</summary>
internal sealed class WaitCheck(IAwsCatalog catalog, CallCheck calls, ReferenceCheck references)
{
    public const int MaxTimeoutSeconds = 86_400;

    public void Check(StepDraft draft, StepOrder order, ProblemList problems)
    {
        if (draft.Request.Wait is not { } wait)
        {
            return;
        }

        var path = $"{draft.Path}.wait";
        if (wait.TimeoutSeconds is < 1 or > MaxTimeoutSeconds)
        {
            problems.Add($"{path}.timeout_seconds", $"is {wait.TimeoutSeconds}; 1 to {MaxTimeoutSeconds} is right");
        }

        if ((wait.Waiter is null) == (wait.Operation is null))
        {
            problems.Add(path, "is either a waiter with parameters, or an operation with parameters and until");
        }
        else if (wait.Waiter is not null)
        {
            Waiter(draft.Operation.Service, wait, path, problems);
        }
        else
        {
            Read(draft.Operation.Service, wait, path, problems);
        }

        references.Check(wait.Parameters, own: true, order, $"{path}.parameters", problems);
    }

    private void Waiter(string service, WaitRequest wait, string path, ProblemList problems)
    {
        try
        {
            _ = catalog.Waiter(service, wait.Waiter!);
        }
        catch (AwsInputException e)
        {
            problems.Add($"{path}.waiter", e.Message);
        }

        if (wait.Until is not null || wait.FailWhen is not null)
        {
            problems.Add($"{path}.until", "a waiter has its own conditions; name an operation instead to set them");
        }
    }

    private void Read(string service, WaitRequest wait, string path, ProblemList problems)
    {
        if (calls.Operation(service, wait.Operation!, path, problems) is { } operation)
        {
            if (!operation.IsHarmlessRead)
            {
                problems.Add($"{path}.operation", $"{operation.Service}:{operation.Name} is not a harmless read; a wait only looks");
            }
            else
            {
                CallCheck.MustStayHarmless(operation, wait.Parameters ?? [], $"{path}.parameters", problems);
            }

            calls.Parameters(operation, wait.Parameters ?? [], own: true, $"{path}.parameters", problems);
        }

        if (wait.Until is null)
        {
            problems.Add($"{path}.until", "is missing: the JMESPath condition over the answer that ends the wait");
        }

        Expression(wait.Until, $"{path}.until", problems);
        Expression(wait.FailWhen, $"{path}.fail_when", problems);
    }

    private static void Expression(string? expression, string path, ProblemList problems)
    {
        if (expression is not null && JmesQueryLanguage.Problem(expression) is { } problem)
        {
            problems.Add(path, problem);
        }
    }
}
