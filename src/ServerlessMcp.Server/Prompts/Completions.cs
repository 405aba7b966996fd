using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Resources;

namespace ServerlessMcp.Server.Prompts;

/// <summary>completion/complete for the arguments of resource templates and prompts. What cannot be completed has no values: that is no error.</summary>
internal sealed class Completions(ExecutionStore executions, ToolCatalog tools, BlueprintCatalogue blueprints, IAwsCatalog catalog)
{
    private const int Most = 100;

    public async ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        var (caller, argument) = (Callers.Of(request.User), request.Params.Argument);
        var values = caller.May(Scope.Read) ? await ValuesAsync(request.Params, caller, cancellationToken) : [];
        var fitting = values.Where(value => value.StartsWith(argument.Value, StringComparison.OrdinalIgnoreCase)).Distinct().ToList();
        return new() { Completion = new() { Values = [.. fitting.Take(Most)], Total = fitting.Count, HasMore = fitting.Count > Most } };
    }

    private async Task<IEnumerable<string>> ValuesAsync(CompleteRequestParams asked, Principal caller, CancellationToken cancellationToken)
    {
        var argument = asked.Argument.Name;
        return asked.Ref switch
        {
            ResourceTemplateReference { Uri: ResourceAddresses.LiveTemplate } when argument == "service" => LiveSource.All.Select(source => source.Service),
            ResourceTemplateReference { Uri: ResourceAddresses.LiveTemplate } when argument == "type" =>
                LiveSource.All.Where(source => asked.Context?.Arguments?.TryGetValue("service", out var service) is not true || service == source.Service).Select(source => source.Kind),
            ResourceTemplateReference { Uri: ResourceAddresses.ToolTemplate } => tools.NamesFor(caller),
            ResourceTemplateReference { Uri: ResourceAddresses.BlueprintTemplate } => blueprints.Names,
            ResourceTemplateReference { Uri: ResourceAddresses.ExecutionTemplate } => (await ListAsync(caller, null, cancellationToken)).Select(one => one.ExecutionId),
            ResourceTemplateReference { Uri: ResourceAddresses.PlanTemplate } => (await ListAsync(caller, null, cancellationToken)).Select(one => one.PlanId),
            PromptReference { Name: PromptCalls.Undo } when argument == "execution_id" =>
                (await ListAsync(caller, ExecutionStatus.Succeeded, cancellationToken)).Select(one => one.ExecutionId),
            PromptReference { Name: PromptCalls.Deploy } when argument == "service" => catalog.Services,
            _ => [],
        };
    }

    private async Task<IReadOnlyList<Execution>> ListAsync(Principal caller, ExecutionStatus? status, CancellationToken cancellationToken) =>
        (await executions.ListAsync(caller.Id, status, null, Most, cancellationToken)).Items;
}
