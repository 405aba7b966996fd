using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Resources;

/// <summary>Looks at a resource of a known type by its name alone.</summary>
public sealed class LiveLook(IAwsReads aws, IQueryLanguage query, LiveLists lists, TargetAccounts accounts, TimeProvider time)
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15);

    /// <returns>Never an exception for what AWS says: a refusal or a silence is <see cref="ResourceState.Unknown"/> with the reason.</returns>
    public async Task<LiveSight> LookAsync(ResourceName name, string arn, CancellationToken cancellationToken)
    {
        if (ResourceTypes.Find(name.Service, name.Type) is not { } type)
        {
            return new(ResourceState.Unknown, null, null, $"no read is known here for {name.Service}:{name.Type}");
        }

        using var timeout = new CancellationTokenSource(Most, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var read = $"{type.Service}:{type.Operation}";
        try
        {
            var target = await TargetAsync(name, both.Token);
            var parameters = ResourceArn.Parameters(type, name.Identifier, arn);
            var answer = await aws.ReadAsync(target, type.Service, type.Operation, parameters, both.Token);
            var value = query.Search(ResourceArn.Select(type, name.Identifier), answer.Output);
            return value is null ? new(ResourceState.Gone, null, read, null) : new(ResourceState.Present, value.DeepClone(), read, null);
        }
        catch (AwsCallException absent) when (type.Absent.Contains(absent.Code) || type.Absent.Contains(absent.ErrorName))
        {
            return new(ResourceState.Gone, null, read, null);
        }
        catch (AwsCallException failed)
        {
            return new(ResourceState.Unknown, null, read, $"{read} answered {failed.Code}: {failed.AwsMessage}");
        }
        catch (CallerException elsewhere)
        {
            return new(ResourceState.Unknown, null, null, elsewhere.Message);
        }
        catch (AwsInputException wrong)
        {
            return new(ResourceState.Unknown, null, read, $"{read} cannot be asked: {wrong.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(ResourceState.Unknown, null, read, $"{read} took over {Most.TotalSeconds} seconds");
        }
    }

    /// <summary>The account that the name says: what has the same name in another is not the one that was meant.</summary>
    /// <exception cref="CallerException">That account cannot be called from here, or not there.</exception>
    private async Task<AwsTarget> TargetAsync(ResourceName name, CancellationToken cancellationToken)
    {
        var region = name.Region.Length > 0 ? name.Region : null;
        return name.Account.Length > 0 && await accounts.ResolveAsync(name.Account, region, cancellationToken) is var at
            ? new(at.Region, at.Account)
            : new(region ?? lists.Region);
    }
}

/// <param name="State">Present, gone or unknown.</param>
/// <param name="Read">The operation that was asked; null where none is known.</param>
public sealed record LiveSight(ResourceState State, JsonNode? Value, string? Read, string? Why);
