namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>The things of one service.</summary>
internal interface IInventoryPart
{
    /// <summary>The catalogue's name of it, such as <c>secrets-manager</c>.</summary>
    string Service { get; }

    Task AddAsync(InventoryLines lines, CancellationToken cancellationToken);
}
